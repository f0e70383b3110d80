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

export const STORAGE_CLASS = "standard";

/** Storage, which kwok's stages provide, and ingress as far as the API knows it: nothing routes. */
export function clusterObjects(): { kind: string; [field: string]: unknown }[] {
  return [
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: {
        name: STORAGE_CLASS,
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner: "kwok.x-k8s.io/volume",
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: "nginx", annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } },
      spec: { controller: "example.com/no-controller" },
    },
  ];
}
