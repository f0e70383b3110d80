import type { Log } from "../../core/log.ts";
import { pause } from "../../core/pause.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";
import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import { bootOf, notReadyReason } from "./boot.ts";
import { bootMeantBy, judgeRebootPod, rebootPodName } from "./pod.ts";

const POLL_MS = 1_000;
/** From the order to reboot until the kubelet is seen to be gone. */
const GOING_DOWN_MS = 60_000;

export interface LeftReboot {
  kubernetes: Pick<Kubernetes, "get" | "remove">;
  log: Pick<Log, "info">;
  signal: AbortSignal;
}

/**
 * Removes the pod by which a dead run was about to reboot a node: it could do so at any time. If it has told the node
 * to already, waits until that goes down or is back, so that nobody works on it in between.
 */
export async function endLeftReboot(
  { kubernetes, log, signal }: LeftReboot,
  node: KubernetesObject,
  namespace: string,
  pollMs = POLL_MS,
): Promise<void> {
  const { name } = node.metadata;
  const podName = rebootPodName(name);
  const path = resourcePath("v1", "Pod", namespace, podName);
  const pod = await kubernetes.get(path).catch(unlessForbidden);
  if (!pod) return;
  const what = `${name}: pod ${namespace}/${podName} of an earlier run, which reboots it,`;
  const removed = await kubernetes.remove(path).then(() => true, unlessForbidden);
  log.info(`${what} ${removed ? "is removed" : "may not be removed by this account: remove it"}`);
  if (judgeRebootPod(pod).state !== "begun") return;
  const deadline = Date.now() + GOING_DOWN_MS;
  const nodePath = resourcePath("v1", "Node", undefined, name);
  while (Date.now() < deadline && !signal.aborted) {
    const now = await kubernetes.get(nodePath);
    if (!now || bootOf(now) !== bootMeantBy(pod) || notReadyReason(now) !== undefined) return;
    await pause(pollMs, signal);
  }
}

/** A run that reboots nothing needs no right to pods there; whose right is missing for a reboot was told before. */
function unlessForbidden(thrown: unknown): undefined {
  if (thrown instanceof RefusedError && thrown.status === 403) return undefined;
  throw thrown;
}
