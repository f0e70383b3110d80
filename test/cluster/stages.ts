import { parseAllDocuments, stringify } from "yaml";

/**
 * Annotation by which a pod asks to fail. Put it on the pod template.
 * - `crash` loops, `oom` too, out of memory; `exit` ends with exit code 1 (a Job's pod that fails)
 * - `image` never gets its image and does not say why; `image-missing` and `image-denied` are told so by the registry,
 *   `image-rate` that it asks too often, `image-name` has a name that is none
 * - `config` needs a Secret that is not there
 * - `probe` runs, but does not answer its readiness probe
 * - `restarts` crashes twice and is ready 4 s later; `slow` is ready after 4 s
 */
export const FAIL_ANNOTATION = "clearml-actions.test/fail";

interface Stage {
  metadata: { name: string };
  spec: { selector: { matchExpressions: object[] } };
}

/**
 * What kwok plays: its own stages, under which every pod is ready at once, every Job's pod succeeds and every claim of
 * the default class gets a volume, and ours, under which pods fail on demand and load balancers get an address.
 */
export function clusterStages(kwokStages: string, storageClass: string): string {
  const stages = parseAllDocuments(kwokStages.replaceAll("kwok-volume", storageClass)).map(
    (document) => document.toJS() as Stage,
  );
  for (const stage of stages) {
    // A failing pod is Pending at first like every other one, and stays so without its image.
    if (stage.metadata.name === "pod-ready")
      stage.spec.selector.matchExpressions.push(asksToFail("DoesNotExist"));
  }
  return [
    ...stages.map((stage) => stringify(stage)),
    ...FAILURES.map(failureStage),
    ...SLOW_STAGES.map(slowStage),
    loadBalancerStage(),
  ].join("---\n");
}

function asksToFail(operator: "DoesNotExist"): object;
function asksToFail(operator: "In", word: string): object;
function asksToFail(operator: string, word?: string): object {
  return {
    key: `.metadata.annotations["${FAIL_ANNOTATION}"]`,
    operator,
    ...(word ? { values: [word] } : {}),
  };
}

interface Failure {
  word: string;
  phase: "Pending" | "Running" | "Failed";
  /** State of each container, as a template; the kubelet's own words. */
  container: string;
  /** What the kubelet says beside. */
  event?: { reason: string; message: string };
}

const ENDED = "startedAt: {{ Now | Quote }}, finishedAt: {{ Now | Quote }}";

/** A container that has crashed and is about to be started again. */
function crashing(restarts: number, exitCode: number, reason: string): string {
  return `  restartCount: ${restarts}
  lastState: { terminated: { exitCode: ${exitCode}, reason: ${reason}, ${ENDED} } }
  state:
    waiting:
      reason: CrashLoopBackOff
      message: "back-off 40s restarting failed container={{ .name }}"`;
}

function waiting(reason: string, message: string): string {
  return `  restartCount: 0
  state:
    waiting:
      reason: ${reason}
      message: ${message}`;
}

const PULL = 'failed to pull and unpack image "{{ .image }}": failed to resolve reference "{{ .image }}"';

const FAILURES: readonly Failure[] = [
  { word: "crash", phase: "Running", container: crashing(3, 1, "Error") },
  { word: "oom", phase: "Running", container: crashing(4, 137, "OOMKilled") },
  { word: "restarts", phase: "Running", container: crashing(2, 1, "Error") },
  {
    word: "image",
    phase: "Pending",
    container: waiting("ImagePullBackOff", `'Back-off pulling image "{{ .image }}"'`),
  },
  {
    word: "image-missing",
    phase: "Pending",
    container: waiting("ErrImagePull", `'${PULL}: {{ .image }}: not found'`),
  },
  {
    word: "image-denied",
    phase: "Pending",
    // Backing off, the kubelet keeps the registry's words for its event.
    container: waiting("ImagePullBackOff", `'Back-off pulling image "{{ .image }}"'`),
    event: {
      reason: "Failed",
      message: "Failed to pull image: authorization failed: no basic auth credentials",
    },
  },
  {
    word: "image-rate",
    phase: "Pending",
    container: waiting("ErrImagePull", `'${PULL}: 429 Too Many Requests'`),
  },
  {
    word: "image-name",
    phase: "Pending",
    container: waiting(
      "InvalidImageName",
      `'Failed to apply default image tag "{{ .image }}": could not parse image reference'`,
    ),
  },
  {
    word: "config",
    phase: "Pending",
    container: waiting("CreateContainerConfigError", `'secret "absent" not found'`),
  },
  {
    word: "probe",
    phase: "Running",
    container: "  restartCount: 0\n  state: { running: { startedAt: {{ Now | Quote }} } }",
    event: {
      reason: "Unhealthy",
      message: "Readiness probe failed: HTTP probe failed with statuscode: 503",
    },
  },
  {
    word: "exit",
    phase: "Failed",
    container: `  restartCount: 0
  state: { terminated: { exitCode: 1, reason: Error, ${ENDED} } }`,
  },
];

function failureStage({ word, phase, container, event }: Failure): string {
  const statusTemplate = podStatus(phase, "False", `  ready: false\n  started: false\n${container}`);
  return podStage(`pod-fail-${word}`, {
    selector: [asksToFail("In", word), { key: ".status.containerStatuses", operator: "DoesNotExist" }],
    next: { statusTemplate, ...(event ? { event: { type: "Warning", ...event } } : {}) },
  });
}

/** Pods that only take their time. */
const SLOW_MS = 4_000;
const SLOW_STAGES = [
  ["slow", { key: ".status.containerStatuses", operator: "DoesNotExist" }],
  ["restarts", { key: ".status.phase", operator: "In", values: ["Running"] }],
] as const;

function slowStage([word, state]: (typeof SLOW_STAGES)[number]): string {
  const running =
    "  ready: true\n  started: true\n  restartCount: 0\n  state: { running: { startedAt: {{ Now | Quote }} } }";
  return podStage(`pod-${word}-ready`, {
    selector: [
      asksToFail("In", word),
      state,
      {
        key: '.status.conditions.[] | select( .type == "Ready" ) | .status',
        operator: "NotIn",
        values: ["True"],
      },
    ],
    delay: { durationMilliseconds: SLOW_MS },
    next: { statusTemplate: podStatus("Running", "True", running) },
  });
}

function podStatus(phase: string, ready: "True" | "False", container: string): string {
  const reason = ready === "False" ? ", reason: ContainersNotReady" : "";
  return `phase: ${phase}
startTime: {{ Now | Quote }}
conditions:
- { type: Initialized, status: "True", lastTransitionTime: {{ Now | Quote }} }
- { type: Ready, status: "${ready}"${reason}, lastTransitionTime: {{ Now | Quote }} }
- { type: ContainersReady, status: "${ready}"${reason}, lastTransitionTime: {{ Now | Quote }} }
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
${container}
{{ end }}
`;
}

function podStage(
  name: string,
  { selector, ...spec }: { selector: object[]; [field: string]: unknown },
): string {
  return stringify({
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: "v1", kind: "Pod" },
      selector: {
        matchExpressions: [...selector, { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" }],
      },
      ...spec,
    },
  });
}

/** Annotation by which a Service of type LoadBalancer asks for no address. */
export const NO_ADDRESS_ANNOTATION = "clearml-actions.test/no-address";

/** Gives every load balancer an address at once, as a cloud does. */
function loadBalancerStage(): string {
  return stringify({
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name: "load-balancer" },
    spec: {
      resourceRef: { apiGroup: "v1", kind: "Service" },
      selector: {
        matchExpressions: [
          { key: ".spec.type", operator: "In", values: ["LoadBalancer"] },
          { key: `.metadata.annotations["${NO_ADDRESS_ANNOTATION}"]`, operator: "DoesNotExist" },
          { key: ".status.loadBalancer.ingress", operator: "DoesNotExist" },
        ],
      },
      next: { statusTemplate: "loadBalancer: { ingress: [{ ip: 192.0.2.10 }] }\n" },
    },
  });
}
