import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import type { Memory } from "../../../../src/mig/drain/memory.ts";
import { MEMORY } from "../../../../src/mig/drain/memory.ts";

export const DCGM = "nvidia.com/gpu.deploy.dcgm";
export const PLUGIN = "nvidia.com/gpu.deploy.device-plugin";
export const CDMO = "cdmo.clear.ml/gpu-partitioning";
export const PAUSED = "paused-for-mig-change";

interface NodeParts {
  labels?: Record<string, string>;
  cordoned?: boolean;
  /** As JSON, or as the text that is there. */
  memory?: Memory | string;
  marked?: boolean;
}

export function gpuNode({ labels = {}, cordoned = false, memory, marked }: NodeParts = {}): KubernetesObject {
  const text = typeof memory === "object" ? JSON.stringify(memory) : memory;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: "gpu-1",
      resourceVersion: "7",
      labels: { ...labels, ...((marked ?? memory !== undefined) ? { [MEMORY]: "unfinished" } : {}) },
      annotations: { other: "kept", ...(text === undefined ? {} : { [MEMORY]: text }) },
    },
    spec: cordoned ? { unschedulable: true } : {},
  };
}

export const remembered: Memory = {
  unschedulable: false,
  labels: { [DCGM]: "true" },
  run: "run 1",
  since: "2026-01-02T03:04:05.000Z",
};
