import PQueue from "p-queue";
import type { Eviction, Kubernetes } from "../../kubernetes/api.ts";
import { resourcePath } from "../../kubernetes/objects.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import type { Closing } from "./model.ts";
import { controllerOf, kindOfPod, type Pod, podName, usesGpu } from "./pods.ts";
import { askedPod, awaitedPod, endingPod, refusedPod, returningPod } from "./reasons.ts";
import { PACE, type Pace, type Waiting, waitUntilGone } from "./waiting.ts";

export interface EmptyOptions {
  timeoutMs: number;
  /** What becomes of pods that nobody starts again elsewhere. */
  tasks: "wait" | "evict";
  /** All pods but DaemonSets' and mirror pods, as before a reboot; otherwise those that use GPUs. */
  everything: boolean;
  /** Says every few seconds what is waited for and why. */
  tell(waiting: readonly string[]): void;
}

const EVICTIONS_AT_A_TIME = 8;
/** A pod may be on its way here while the node is cordoned; the same controller's pods once more are no accident. */
const RETURNS = 2;

/**
 * Moves pods away from a cordoned node and waits until they are gone. Budgets decide when; what may not go yet is asked
 * again.
 * @returns how many pods were moved
 * @throws UserError naming each pod that is left when time is up, with the reason and the repair
 */
export async function emptyNode(
  closing: Closing,
  nodeName: string,
  { tasks, everything, ...options }: EmptyOptions,
  pace: Pace = PACE,
): Promise<number> {
  const { kubernetes } = closing;
  const evictions = createEvictions(kubernetes, pace);
  const returns = createReturns();
  const look = async (): Promise<Waiting[]> => {
    const pods = (await podsOn(kubernetes, nodeName)).filter((pod) => isToGo(pod, everything));
    const returning = returns(pods);
    // Before a reboot it is enough that their controller has had its chance; the reboot ends them.
    const left = everything ? pods.filter((pod) => !returning.has(uidOf(pod))) : pods;
    const waits = (pod: Pod) => tasks === "wait" && kindOfPod(pod) === "bare";
    const stays = (pod: Pod) => pod.metadata.deletionTimestamp || waits(pod) || returning.has(uidOf(pod));
    await evictions.ask(left.filter((pod) => !stays(pod)));
    return left.map((pod) => {
      if (pod.metadata.deletionTimestamp) return endingPod(pod, Date.now());
      if (returning.has(uidOf(pod))) return returningPod(pod);
      return waits(pod) ? awaitedPod(pod) : evictions.waitingFor(pod);
    });
  };
  await waitUntilGone(closing, look, { node: nodeName, ...options }, pace);
  return evictions.accepted();
}

/** All pods of a node, in one list. */
export async function podsOn(kubernetes: Pick<Kubernetes, "list">, nodeName: string): Promise<Pod[]> {
  const selector = encodeURIComponent(`spec.nodeName=${nodeName}`);
  return (await kubernetes.list(resourcePath("v1", "Pod"), `fieldSelector=${selector}`)) as Pod[];
}

function isToGo(pod: Pod, everything: boolean): boolean {
  return /^(bare|owned)$/.test(kindOfPod(pod)) && (everything || usesGpu(pod));
}

/**
 * Which of the pods of a look their controllers have put here again, although the node is cordoned.
 * Told by how often pods come that were not here at first.
 */
function createReturns(): (pods: readonly Pod[]) => ReadonlySet<string> {
  const known = new Set<string>();
  const arrivals = new Map<string, number>();
  const returning = new Set<string>();
  let first = true;
  return (pods) => {
    const fresh = pods.filter((pod) => !known.has(uidOf(pod)));
    for (const pod of fresh) known.add(uidOf(pod));
    if (!first) {
      const controllers = new Set(fresh.flatMap((pod) => controllerOf(pod)?.uid ?? []));
      for (const uid of controllers) arrivals.set(uid, (arrivals.get(uid) ?? 0) + 1);
      const often = (pod: Pod) => (arrivals.get(controllerOf(pod)?.uid ?? "") ?? 0) > RETURNS;
      for (const pod of fresh.filter(often)) returning.add(uidOf(pod));
    }
    first = false;
    return returning;
  };
}

interface Evictions {
  /** Asks for those to be moved that have not been asked for, or a while ago without success. */
  ask(pods: readonly Pod[]): Promise<void>;
  waitingFor(pod: Pod): Waiting;
  /** How many pods the cluster has agreed to move. */
  accepted(): number;
}

/** Evictions, a few at a time, that remember what was said. */
function createEvictions(kubernetes: Pick<Kubernetes, "evict">, pace: Pace): Evictions {
  const asked = new Map<string, { at: number; waiting: Waiting }>();
  const accepted = new Set<string>();
  const askOne = async (pod: Pod) => {
    const eviction = await evict(kubernetes, pod);
    if (eviction.result === "accepted") accepted.add(uidOf(pod));
    // Whether it is gone, the next look says.
    const waiting = eviction.result === "refused" ? refusedPod(pod, eviction.words) : askedPod(pod);
    asked.set(uidOf(pod), { at: Date.now(), waiting });
  };
  return {
    async ask(pods) {
      const queue = new PQueue({ concurrency: EVICTIONS_AT_A_TIME });
      const due = pods.filter((pod) => Date.now() - (asked.get(uidOf(pod))?.at ?? 0) >= pace.evict);
      await queue.addAll(due.map((pod) => () => askOne(pod)));
    },
    waitingFor: (pod) => asked.get(uidOf(pod))?.waiting ?? askedPod(pod),
    accepted: () => accepted.size,
  };
}

async function evict(kubernetes: Pick<Kubernetes, "evict">, pod: Pod): Promise<Eviction> {
  try {
    return await kubernetes.evict(pod);
  } catch (thrown) {
    // Two budgets for one pod, a webhook that says no: others can go meanwhile, and it may say yes later.
    if (thrown instanceof RefusedError && !isRightMissing(thrown))
      return { result: "refused", words: thrown.message };
    throw thrown;
  }
}

function isRightMissing({ status, message }: RefusedError): boolean {
  return status === 401 || (status === 403 && /cannot create resource/.test(message));
}

function uidOf({ metadata }: Pod): string {
  return metadata.uid ?? podName({ metadata });
}
