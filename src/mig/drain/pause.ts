import { UserError } from "../../core/errors.ts";
import { pause } from "../../core/pause.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { CLIENT_LABELS, clientLabel, OFF, PAUSED } from "./clients.ts";
import { podsOn } from "./empty.ts";
import { type Memory, memoryOf } from "./memory.ts";
import type { Closing } from "./model.ts";
import { patchNode } from "./patch-node.ts";
import { kindOfPod, type Pod, podName } from "./pods.ts";
import { endingPod } from "./reasons.ts";
import { PACE, type Pace, type Waiting, waitUntilGone } from "./waiting.ts";

export interface PauseOptions {
  timeoutMs: number;
  /** Clients that go on, such as `device-plugin` when commands run in its pod. */
  keep: readonly string[];
  /** Says every few seconds what is waited for and why. */
  tell(waiting: readonly string[]): void;
}

/**
 * Takes the GPU operator's clients off a closed node by their labels, as NVIDIA's own MIG manager does, and waits until
 * their pods are gone.
 * @param memory of the closed node; a label that it does not hold is left alone, since nobody could put it back
 * @throws UserError naming each pod that is left when time is up
 */
export async function pauseClients(
  closing: Closing,
  nodeName: string,
  memory: Memory,
  { keep, ...options }: PauseOptions,
  pace: Pace = PACE,
): Promise<void> {
  const kept = new Set(keep.map(clientLabel));
  const paused = await patchNode(closing, nodeName, (node) => {
    if (!memoryOf(node)) throw openedMeanwhile(nodeName);
    const labels = pausedLabels(node, memory, kept);
    return {
      patch: Object.keys(labels).length > 0 ? { labels } : undefined,
      result: new Set([...Object.keys(labels), ...pausedAlready(node, kept)]),
    };
  });
  if (paused.size === 0) return;
  const look = async () => {
    const pods = await podsOn(closing.kubernetes, nodeName);
    return pods.filter((pod) => isToGo(pod, paused)).map(waitingFor);
  };
  const waiting = { node: nodeName, ...options };
  await waitUntilGone(closing, look, waiting, pace);
  // Those that show themselves only by their end do so a moment after the others.
  await pause(pace.poll, closing.signal);
  await waitUntilGone(closing, look, waiting, pace);
}

/** Labels of the clients that run here and are to stop. `false` means that somebody does not want them at all. */
export function pausedLabels(
  node: KubernetesObject,
  memory: Memory,
  kept: ReadonlySet<string>,
): Record<string, string> {
  const { labels = {} } = node.metadata;
  const running = CLIENT_LABELS.filter((key) => {
    const value = labels[key];
    return value !== undefined && value !== OFF && value !== PAUSED && memory.labels[key] !== undefined;
  });
  return Object.fromEntries(running.filter((key) => !kept.has(key)).map((key) => [key, PAUSED]));
}

function pausedAlready({ metadata }: KubernetesObject, kept: ReadonlySet<string>): string[] {
  return CLIENT_LABELS.filter((key) => metadata.labels?.[key] === PAUSED && !kept.has(key));
}

/**
 * Pods of a DaemonSet that runs where a paused label says so. One that asks for the label by affinity does not show it
 * in its pods, only by the end of them.
 */
function isToGo(pod: Pod, paused: ReadonlySet<string>): boolean {
  if (kindOfPod(pod) !== "daemon") return false;
  if (pod.metadata.deletionTimestamp) return true;
  return Object.entries(pod.spec?.nodeSelector ?? {}).some(
    ([key, value]) => paused.has(key) && value !== PAUSED,
  );
}

function waitingFor(pod: Pod): Waiting {
  if (pod.metadata.deletionTimestamp) return endingPod(pod, Date.now());
  return {
    pod: podName(pod),
    reason: "is to be taken away by its DaemonSet, whose label on the node is paused",
    repair: "see whether kube-controller-manager works: `kubectl get --raw /readyz`, and what its log says",
  };
}

function openedMeanwhile(node: string): UserError {
  return new UserError(
    {
      message: `node ${node} was opened again by somebody else while this run worked on it`,
      hint: "see who, and run this again when they are done",
    },
    { kind: "cluster" },
  );
}
