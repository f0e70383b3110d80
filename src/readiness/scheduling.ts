import { quantityOf } from "../kubernetes/quantities.ts";
import { type ClusterEvent, newest } from "./events.ts";
import type { Finding, LiveObject } from "./model.ts";

interface PodSpec {
  nodeSelector?: Record<string, string>;
  containers?: { resources?: Amounts }[];
  initContainers?: { resources?: Amounts }[];
}

interface Amounts {
  requests?: Record<string, string>;
  limits?: Record<string, string>;
}

/** Something is making a node for the pod: the cluster autoscaler's word, and Karpenter's. */
const NODE_COMES = ["TriggeredScaleUp", "Nominated"];

/**
 * A pod that no node takes, in the scheduler's words. It lasts when no node could ever take it: nobody has what it
 * asks for, or the labels it selects by.
 */
export function schedulingFinding(
  pod: LiveObject,
  words: string,
  nodes: readonly LiveObject[] | undefined,
  events: readonly ClusterEvent[],
): Omit<Finding, "key"> {
  const claim = claimWords(pod, words, events);
  if (claim) return claim;
  const reason = `no node takes it: ${words}`;
  const impossible = nodes && neverFits((pod.spec ?? {}) as PodSpec, nodes);
  if (!impossible) return { reason, repair: "free or add nodes, or ask for less" };
  const { message, repair } = impossible;
  const waits = newest(events, pod.metadata.uid, NODE_COMES);
  if (waits) return { reason: `${reason} (${message}; ${waits.message})` };
  return { reason: `${reason} (${message})`, repair, lasting: "unschedulable" };
}

interface Impossible {
  message: string;
  repair: string;
}

function neverFits(spec: PodSpec, nodes: readonly LiveObject[]): Impossible | undefined {
  const selector = Object.entries(spec.nodeSelector ?? {});
  const chosen = nodes.filter(({ metadata }) =>
    selector.every(([name, value]) => metadata.labels?.[name] === value),
  );
  if (chosen.length === 0 && selector.length > 0) {
    const labels = selector.map(([name, value]) => `${name}=${value}`).join(",");
    return {
      message: `no node has the labels ${labels}`,
      repair: `label a node with ${labels}, or change the node selector in the values`,
    };
  }
  for (const [resource, asked] of requestsOf(spec)) {
    const most = Math.max(0, ...chosen.map((node) => amountOf(node, resource)));
    if (asked > most) return tooMuch(resource, asked, most);
  }
  return undefined;
}

function tooMuch(resource: string, asked: number, most: number): Impossible {
  const among = "no node it may run on";
  if (most > 0) {
    return {
      message: `it asks for ${asked} ${resource}, ${among} has more than ${most}`,
      repair: `ask for less ${resource} in the values, or add a larger node`,
    };
  }
  const source = resource.startsWith("nvidia.com/mig-")
    ? "let the MIG operator make this profile on a node's GPUs"
    : "see to it that a node offers it (device plugin, GPU operator)";
  return { message: `${among} has any ${resource}`, repair: `${source}, or ask for another resource` };
}

/** What one pod needs of a node at least: the sum of its containers, or the largest of its init containers. */
function requestsOf({ containers = [], initContainers = [] }: PodSpec): Map<string, number> {
  const needed = new Map<string, number>();
  for (const { resources } of containers) {
    for (const [name, amount] of amountsOf(resources)) needed.set(name, (needed.get(name) ?? 0) + amount);
  }
  for (const { resources } of initContainers) {
    for (const [name, amount] of amountsOf(resources)) {
      needed.set(name, Math.max(needed.get(name) ?? 0, amount));
    }
  }
  return needed;
}

function amountsOf(resources: Amounts | undefined): [string, number][] {
  const all = { ...resources?.limits, ...resources?.requests };
  return Object.entries(all).map(([name, value]) => [name, quantityOf(value) ?? 0]);
}

function amountOf(node: LiveObject, resource: string): number {
  const { allocatable } = (node.status ?? {}) as { allocatable?: Record<string, string> };
  return quantityOf(allocatable?.[resource]) ?? 0;
}

/** A pod that waits for its volume: the claim's own event says why it has none. */
function claimWords(
  pod: LiveObject,
  words: string,
  events: readonly ClusterEvent[],
): Omit<Finding, "key"> | undefined {
  if (!/persistentvolumeclaim/i.test(words)) return undefined;
  const { volumes = [] } = (pod.spec ?? {}) as {
    volumes?: { persistentVolumeClaim?: { claimName: string } }[];
  };
  const names = volumes.flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);
  for (const name of names) {
    const lack = claimEvent(events, name);
    if (lack) return { ...lack, reason: `the claim ${name} has no volume: ${lack.reason}` };
  }
  return { reason: words, repair: "see `kubectl describe pvc` for what the claim waits for" };
}

/** What was last said about a claim that gets no volume. */
export function claimEvent(events: readonly ClusterEvent[], claim: string): Omit<Finding, "key"> | undefined {
  const event = events.findLast(
    ({ about, reason }) =>
      about.kind === "PersistentVolumeClaim" &&
      about.name === claim &&
      /^(ProvisioningFailed|FailedBinding|FailedMount|VolumeMismatch|ExternalProvisioning|Provisioning)$/.test(
        reason,
      ),
  );
  if (!event) return undefined;
  const none = /storageclass\S* "[^"]*" not found|no storage class is set/i.test(event.message);
  return {
    reason: event.message,
    repair: none
      ? "name a storage class of this cluster in the values (`kubectl get storageclass`)"
      : "see to it that the storage class can make such a volume",
    ...(none ? { lasting: "missing" as const } : {}),
  };
}
