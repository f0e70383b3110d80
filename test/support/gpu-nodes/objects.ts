/** Nodes with GPUs, and what NVIDIA's GPU operator runs on them, as Kubernetes objects. */
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import { nodeObject } from "../../cluster/objects.ts";
import type { GpuOnDisk, GpuSpec } from "../nvidia-smi/state.ts";

export const OPERATOR_NAMESPACE = "gpu-operator";

/** A part of the operator that runs on every node with the label `nvidia.com/gpu.deploy.<name>=true`. */
interface Part {
  app: string;
  container: string;
  labels?: Readonly<Record<string, string>>;
  /** Its container has nvidia-smi. */
  exec?: true;
  /** It holds every GPU of its node while it runs. */
  holds?: true;
}

export const PARTS = {
  driver: {
    app: "nvidia-driver-daemonset",
    container: "nvidia-driver-ctr",
    labels: { "app.kubernetes.io/component": "nvidia-driver" },
    exec: true,
  },
  "operator-validator": {
    app: "nvidia-operator-validator",
    container: "nvidia-operator-validator",
    exec: true,
  },
  "device-plugin": {
    app: "nvidia-device-plugin-daemonset",
    container: "nvidia-device-plugin",
    exec: true,
    holds: true,
  },
  "gpu-feature-discovery": {
    app: "gpu-feature-discovery",
    container: "gpu-feature-discovery",
    holds: true,
  },
  "dcgm-exporter": { app: "nvidia-dcgm-exporter", container: "nvidia-dcgm-exporter", holds: true },
} as const satisfies Record<string, Part>;

export type PartName = keyof typeof PARTS;

export interface GpuNodeSpec {
  name: string;
  gpus: readonly GpuSpec[];
  /** What the operator runs there. Default: `driver` alone. */
  parts?: readonly PartName[];
  /** On top of those that discovery and the operator set. */
  labels?: Readonly<Record<string, string>>;
  unschedulable?: boolean;
}

/** A node as GPU feature discovery and the operator leave it. */
export function gpuNode(spec: GpuNodeSpec, gpus: readonly GpuOnDisk[], bootId: string): KubernetesObject {
  const count = String(gpus.length);
  const deploy = (spec.parts ?? ["driver"]).map((part) => [`nvidia.com/gpu.deploy.${part}`, "true"]);
  const node = nodeObject({
    name: spec.name,
    cpu: "96",
    memory: "1Ti",
    resources: { "nvidia.com/gpu": count },
    labels: {
      "nvidia.com/gpu.present": "true",
      "nvidia.com/gpu.product": (gpus[0]?.model ?? "").replaceAll(" ", "-"),
      "nvidia.com/gpu.count": count,
      "nvidia.com/mig.capable": String(gpus.some(({ arch }) => arch !== "none")),
      ...Object.fromEntries(deploy),
      ...spec.labels,
    },
  }) as KubernetesObject & { status: object };
  return {
    ...node,
    ...(spec.unschedulable ? { spec: { unschedulable: true } } : {}),
    status: { ...node.status, nodeInfo: { bootID: bootId } },
  };
}

/** The operator's DaemonSets: they follow the labels of the nodes. */
export function operatorDaemonSets(): KubernetesObject[] {
  return Object.entries(PARTS).map(([name, part]: [string, Part]) => ({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: part.app, namespace: OPERATOR_NAMESPACE },
    spec: {
      selector: { matchLabels: { app: part.app } },
      template: {
        metadata: { labels: { app: part.app, ...part.labels } },
        spec: {
          nodeSelector: { [`nvidia.com/gpu.deploy.${name}`]: "true" },
          tolerations: [{ operator: "Exists" }],
          containers: [{ name: part.container, image: `nvcr.io/nvidia/${part.app}:1` }],
        },
      },
    },
  }));
}

/** A pod with a GPU: without an owner as ClearML's tasks are, `bare`, or of a Deployment. */
export function gpuWorkload(
  kind: "Pod" | "Deployment",
  name: string,
  placed: { namespace: string; node: string; gpus?: number },
): KubernetesObject {
  const { namespace, node, gpus = 1 } = placed;
  const resources = { limits: { "nvidia.com/gpu": String(gpus) } };
  const spec = {
    nodeSelector: { "kubernetes.io/hostname": node },
    containers: [{ name: "train", image: "registry.example.com/train:1", resources }],
  };
  if (kind === "Pod") return { apiVersion: "v1", kind, metadata: { name, namespace }, spec };
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}
