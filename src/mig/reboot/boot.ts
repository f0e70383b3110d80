import type { KubernetesObject } from "../../kubernetes/objects.ts";

interface NodeStatus {
  nodeInfo?: { bootID?: string };
  conditions?: { type: string; status: string; reason?: string; message?: string }[];
}

/** The boot that a node's kubelet tells of; empty when it tells of none. */
export function bootOf(node: KubernetesObject): string {
  return ((node.status ?? {}) as NodeStatus).nodeInfo?.bootID ?? "";
}

/** Why a node is not ready; undefined when it is. */
export function notReadyReason(node: KubernetesObject): string | undefined {
  const { conditions = [] } = (node.status ?? {}) as NodeStatus;
  const ready = conditions.find(({ type }) => type === "Ready");
  if (ready?.status === "True") return undefined;
  return [ready?.reason, ready?.message].filter(Boolean).join(": ") || "its kubelet says nothing";
}
