import { parseAllDocuments, stringify } from "yaml";

/** What a bare API server needs to look like a cluster people deploy to. */

export interface NodeShape {
  name: string;
  cpu: string;
  memory: string;
  /** Further capacity, such as `nvidia.com/gpu`. */
  resources?: Readonly<Record<string, string>>;
  labels?: Readonly<Record<string, string>>;
}

/** The three nodes ClearML's documentation recommends: 8 vCPUs and 32 GB each. */
export function recommendedNodes(count: number): NodeShape[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `node-${index + 1}`,
    cpu: "8",
    memory: "32Gi",
  }));
}

/** A node that kwok plays. Without addresses `kubectl exec` finds no way to it after a restart. */
export function nodeObject(shape: NodeShape): object {
  const amounts = {
    cpu: shape.cpu,
    memory: shape.memory,
    pods: "110",
    "ephemeral-storage": "500Gi",
    ...shape.resources,
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: shape.name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        "kubernetes.io/hostname": shape.name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        type: "kwok",
        ...shape.labels,
      },
    },
    status: {
      capacity: amounts,
      allocatable: amounts,
      addresses: [
        { type: "InternalIP", address: "127.0.0.1" },
        { type: "Hostname", address: shape.name },
      ],
    },
  };
}

/** Storage and ingress as far as the API knows them: nothing provisions or routes. */
export function clusterObjects(): object[] {
  return [
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "kubernetes.io/no-provisioner",
    },
    ...Array.from({ length: 12 }, (_, index) => ({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: `volume-${index + 1}` },
      spec: {
        capacity: { storage: "500Gi" },
        accessModes: ["ReadWriteOnce", "ReadWriteMany"],
        storageClassName: "standard",
        hostPath: { path: `/volumes/${index + 1}` },
      },
    })),
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: "nginx", annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } },
      spec: { controller: "example.com/no-controller" },
    },
  ];
}

const FAIL = "clearml-actions.test/fail";

interface Stage {
  metadata: { name: string };
  spec: { resourceRef: { kind: string }; selector: { matchExpressions?: object[] } };
}

/**
 * kwok's stages, and two of our own: pods that fail on demand. The annotation `clearml-actions.test/fail` on a pod
 * template asks for them: `crash` crash-loops, `image` never gets its image.
 * @param shipped the stages that kwok ships, as YAML documents
 */
export function stagesWithFailures(shipped: string): string {
  const stages = parseAllDocuments(shipped).map((document) => document.toJS() as Stage | null);
  for (const stage of stages) {
    if (stage?.metadata.name !== "pod-ready" && stage?.metadata.name !== "pod-complete") continue;
    const healthy = { key: `.metadata.annotations["${FAIL}"]`, operator: "DoesNotExist" };
    stage.spec.selector.matchExpressions = [...(stage.spec.selector.matchExpressions ?? []), healthy];
  }
  const crash = failureStage("crash", "Running", {
    state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s restarting failed container" } },
    lastState: { terminated: { exitCode: 1, reason: "Error" } },
  });
  const image = failureStage("image", "Pending", {
    state: { waiting: { reason: "ImagePullBackOff", message: "Back-off pulling image" } },
  });
  return [...stages.filter((stage) => stage !== null), crash, image]
    .map((stage) => stringify(stage))
    .join("---\n");
}

function failureStage(word: string, phase: string, container: object): object {
  const status = { ready: false, restartCount: 3, ...container };
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name: `pod-fail-${word}` },
    spec: {
      resourceRef: { apiGroup: "v1", kind: "Pod" },
      selector: {
        matchAnnotations: { [FAIL]: word },
        matchExpressions: [
          { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
          { key: ".status.containerStatuses", operator: "DoesNotExist" },
        ],
      },
      next: {
        statusTemplate: [
          `phase: ${phase}`,
          'conditions: [{ type: Initialized, status: "True" }, { type: Ready, status: "False", reason: ContainersNotReady }]',
          "containerStatuses:",
          "{{ range .spec.containers }}",
          `- { name: {{ .name | Quote }}, image: {{ .image | Quote }}, ${JSON.stringify(status).slice(1, -1)} }`,
          "{{ end }}",
        ].join("\n"),
      },
    },
  };
}
