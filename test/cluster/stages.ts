import { parseAllDocuments, stringify } from "yaml";

/**
 * Annotation by which a pod asks to fail: `crash` loops, `image` never gets its image, `exit` ends with exit code 1
 * (a Job's pod that fails). Put it on the pod template.
 */
export const FAIL_ANNOTATION = "clearml-actions.test/fail";

interface Stage {
  metadata: { name: string };
  spec: { selector: { matchExpressions: object[] } };
}

/**
 * What kwok plays: its own stages, under which every pod is ready at once, every Job's pod succeeds and every claim of
 * the default class gets a volume, and ours, under which pods fail on demand.
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
  return [...stages.map((stage) => stringify(stage)), ...FAILURES.map(failureStage)].join("---\n");
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
}

const FAILURES: readonly Failure[] = [
  {
    word: "crash",
    phase: "Running",
    container: `  restartCount: 3
  lastState: { terminated: { exitCode: 1, reason: Error, startedAt: {{ Now | Quote }}, finishedAt: {{ Now | Quote }} } }
  state:
    waiting:
      reason: CrashLoopBackOff
      message: "back-off 40s restarting failed container={{ .name }}"`,
  },
  {
    word: "image",
    phase: "Pending",
    container: `  restartCount: 0
  state:
    waiting:
      reason: ImagePullBackOff
      message: 'Back-off pulling image "{{ .image }}"'`,
  },
  {
    word: "exit",
    phase: "Failed",
    container: `  restartCount: 0
  state: { terminated: { exitCode: 1, reason: Error, startedAt: {{ Now | Quote }}, finishedAt: {{ Now | Quote }} } }`,
  },
];

function failureStage({ word, phase, container }: Failure): string {
  const statusTemplate = `phase: ${phase}
startTime: {{ Now | Quote }}
conditions:
- { type: Initialized, status: "True", lastTransitionTime: {{ Now | Quote }} }
- { type: Ready, status: "False", reason: ContainersNotReady, lastTransitionTime: {{ Now | Quote }} }
- { type: ContainersReady, status: "False", reason: ContainersNotReady, lastTransitionTime: {{ Now | Quote }} }
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: false
  started: false
${container}
{{ end }}
`;
  return stringify({
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name: `pod-fail-${word}` },
    spec: {
      resourceRef: { apiGroup: "v1", kind: "Pod" },
      selector: {
        matchExpressions: [
          asksToFail("In", word),
          { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
          { key: ".status.containerStatuses", operator: "DoesNotExist" },
        ],
      },
      next: { statusTemplate },
    },
  });
}
