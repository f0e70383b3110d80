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

/**
 * Stages of our own, beside kwok's: pods that fail on demand. A pod template asks for them by annotation.
 * `clearml-actions.test/fail: crash` crash-loops, `image` never gets its image.
 */
export const FAILURE_STAGES = [
  failureStage("crash", "CrashLoopBackOff", "back-off 40s restarting failed container"),
  failureStage("image", "ImagePullBackOff", "Back-off pulling image"),
].join("\n---\n");

function failureStage(word: string, reason: string, message: string): string {
  const terminated =
    word === "crash" ? "\n        lastState: { terminated: { exitCode: 1, reason: Error } }" : "";
  return `apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: pod-fail-${word}
spec:
  resourceRef: { apiGroup: v1, kind: Pod }
  selector:
    matchAnnotations: { clearml-actions.test/fail: ${word} }
    matchExpressions:
      - { key: .metadata.deletionTimestamp, operator: DoesNotExist }
      - { key: .status.phase, operator: In, values: [Pending] }
      - { key: .status.containerStatuses, operator: DoesNotExist }
  weight: 10000
  next:
    statusTemplate: |
      phase: Pending
      conditions:
      - { type: Initialized, status: "True" }
      - { type: Ready, status: "False", reason: ContainersNotReady }
      containerStatuses:
      {{ range .spec.containers }}
      - image: {{ .image | Quote }}
        name: {{ .name | Quote }}
        ready: false
        restartCount: 3
        state: { waiting: { reason: ${reason}, message: "${message}" } }${terminated}
      {{ end }}
`;
}
