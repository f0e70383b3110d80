import { UserError } from "../core/errors.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import { type KubernetesObject, resourcePath } from "../kubernetes/objects.ts";
import { type ClusterEvent, EVENTS_QUERY, eventsOf } from "./events.ts";
import type { LiveObject } from "./model.ts";

/** What stands around the objects of one namespace and tells why they are not ready. */
export interface Surroundings {
  pods: readonly LiveObject[];
  replicaSets: readonly LiveObject[];
  /** Oldest first. */
  events: readonly ClusterEvent[];
  /** Undefined when they may not be read. */
  nodes: readonly LiveObject[] | undefined;
}

/** What a reading gives; undefined when the account may not do it. */
export async function readable<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch((thrown: unknown) => {
    if (thrown instanceof UserError) return undefined;
    throw thrown;
  });
}

/**
 * Reads what explains unready objects of a namespace: one list each, whatever may be read of it.
 * @param labels that all pods in question have; a namespace may hold thousands of others
 */
export async function readSurroundings(
  kubernetes: Kubernetes,
  namespace: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<Surroundings> {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const query = pairs.length > 0 ? `labelSelector=${encodeURIComponent(pairs.join(","))}` : undefined;
  const list = async (apiVersion: string, kind: string, asked?: string) =>
    ((await readable(kubernetes.list(resourcePath(apiVersion, kind, namespace), asked))) ??
      []) as LiveObject[];
  const [pods, replicaSets, events] = await Promise.all([
    list("v1", "Pod", query),
    list("apps/v1", "ReplicaSet", query),
    list("v1", "Event", EVENTS_QUERY),
  ]);
  const nodes = pods.some(isUnscheduled)
    ? await readable(kubernetes.list(resourcePath("v1", "Node")))
    : undefined;
  return { pods, replicaSets, events: eventsOf(events), nodes };
}

function isUnscheduled(pod: LiveObject): boolean {
  return !(pod.spec as { nodeName?: string } | undefined)?.nodeName;
}

/** The labels that all workloads select their pods by. */
export function commonLabels(workloads: readonly (KubernetesObject | undefined)[]): Record<string, string> {
  const [first = [], ...others] = workloads.map((each) => {
    const { selector } = (each?.spec ?? {}) as { selector?: { matchLabels?: Record<string, string> } };
    return Object.entries(selector?.matchLabels ?? {});
  });
  return Object.fromEntries(
    first.filter(([name, value]) =>
      others.every((pairs) => pairs.some(([n, v]) => n === name && v === value)),
    ),
  );
}
