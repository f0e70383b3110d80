import { UserError } from "../../core/errors.ts";
import { pause } from "../../core/pause.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";
import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import type { NodePatch } from "./memory.ts";
import type { Closing } from "./model.ts";

/** Kubelets and controllers write to a node every few seconds; nobody writes so often that this is not enough. */
const TRIES = 40;
/** Short: who waits longer has no better chance, since others do not wait for us. */
const PAUSE_MS = 20;

/** What a node is to become, and what the caller wants to know of it. */
export interface Change<T> {
  /** Undefined: it is as it should be. */
  patch?: NodePatch | undefined;
  result: T;
}

/**
 * Changes a node by one patch, decided from the node as it is at that moment: if somebody else changes it in between,
 * it is read and decided anew.
 * @param seen the node as it was last read; without it, it is read
 */
export async function patchNode<T>(
  { kubernetes, signal }: Pick<Closing, "kubernetes" | "signal">,
  name: string,
  decide: (node: KubernetesObject) => Change<T>,
  seen?: KubernetesObject,
): Promise<T> {
  let node = seen ?? (await readNode(kubernetes, name));
  for (let attempt = 1; ; attempt++) {
    const { patch, result } = decide(node);
    if (!patch) return result;
    try {
      await kubernetes.merge(pathOf(name), asMerge(node, patch));
      return result;
    } catch (thrown) {
      if (!isRefused(thrown, 409) || attempt === TRIES) throw isRefused(thrown, 404) ? gone(name) : thrown;
    }
    await pause(PAUSE_MS * (0.5 + Math.random()), signal);
    node = await readNode(kubernetes, name);
  }
}

function asMerge(node: KubernetesObject, { labels, annotations, unschedulable }: NodePatch): object {
  return {
    metadata: {
      resourceVersion: node.metadata.resourceVersion,
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
    },
    ...(unschedulable === undefined ? {} : { spec: { unschedulable } }),
  };
}

async function readNode(kubernetes: Pick<Kubernetes, "get">, name: string): Promise<KubernetesObject> {
  const node = await kubernetes.get(pathOf(name));
  if (!node) throw gone(name);
  return node;
}

function pathOf(name: string): string {
  return resourcePath("v1", "Node", undefined, name);
}

function gone(name: string): UserError {
  const message = `node ${name} is not in the cluster any more`;
  return new UserError({ message, hint: "if it comes back, run this again" }, { kind: "cluster" });
}

function isRefused(thrown: unknown, status: number): boolean {
  return thrown instanceof RefusedError && thrown.status === status;
}
