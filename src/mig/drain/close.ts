import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { isLabelled, MIG_LABEL } from "../model.ts";
import { type Memory, memoryFor, memoryPatch, type NodePatch } from "./memory.ts";
import type { Closing } from "./model.ts";
import { patchNode } from "./patch-node.ts";

/**
 * Cordons a node and writes down on it how it was, in one request: there is no moment at which it is closed and nobody
 * knows how to open it. A node that a dead run has left closed keeps what that run wrote down.
 * @param options.unlabel takes CDMO's label off as well, so that it does not partition GPUs that are about to change
 * @returns how the node was
 */
export async function closeNode(
  closing: Closing,
  node: KubernetesObject,
  { unlabel }: { unlabel: boolean },
): Promise<Memory> {
  const who = { run: closing.run, since: new Date().toISOString() };
  return patchNode(
    closing,
    node.metadata.name,
    (now) => {
      const memory = memoryFor(now, { unlabel, ...who });
      return { patch: closingPatch(now, memory, unlabel), result: memory };
    },
    node,
  );
}

/** Everything that closing a node changes. */
export function closingPatch(node: KubernetesObject, memory: Memory, unlabel: boolean): NodePatch {
  const { labels, annotations } = memoryPatch(memory);
  return {
    labels: { ...labels, ...(unlabel && isLabelled(node) ? { [MIG_LABEL.key]: null } : {}) },
    ...(annotations ? { annotations } : {}),
    unschedulable: true,
  };
}
