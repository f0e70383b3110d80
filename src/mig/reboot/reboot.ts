import { duration } from "../../core/duration.ts";
import { UserError } from "../../core/errors.ts";
import { pause } from "../../core/pause.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";
import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import { passes } from "../drain/waiting.ts";
import { bootOf, notReadyReason } from "./boot.ts";
import { judgeRebootPod, rebootPod, rebootPodName } from "./pod.ts";

export interface RebootOptions {
  /** Where the pod runs that reboots the node. */
  namespace: string;
  image: string;
  timeoutMs: number;
  /** Says how it gets on; the name of the node is not part of it. */
  tell(line: string): void;
  /** For tests: between two looks. */
  pollMs?: number;
  /** For tests: how long an image may be missing. */
  imageMs?: number;
}

export interface Rebooting {
  kubernetes: Pick<Kubernetes, "get" | "create" | "remove">;
  signal: AbortSignal;
}

const POLL_MS = 2_000;
/** A registry that stumbles gets a second chance. */
const IMAGE_MS = 60_000;
/** What takes minutes is not waited for in silence. */
const REMINDER_MS = 30_000;

/** A reboot in progress. */
interface Progress {
  node: string;
  options: RebootOptions;
  /** The boot that is to end. */
  boot: string;
  nodePath: string;
  podName: string;
  podPath: string;
  /** Of our pod, once it is made. */
  uid?: string;
  /** Whether the node was asked to reboot. */
  begun: boolean;
  stuckSince?: number;
  /** What is waited for, and when it was said. */
  waitingFor: string;
  saidAt: number;
}

/**
 * Reboots a node by a privileged pod on it, and waits until it has booted anew and is ready. Everything that is to
 * leave the node has left it before.
 * @throws UserError (kind cluster) when it did not come about in time, with what the pod or the node says
 */
export async function rebootNode(
  { kubernetes, signal }: Rebooting,
  node: string,
  options: RebootOptions,
): Promise<void> {
  const progress = await begin(kubernetes, node, options);
  const deadline = Date.now() + options.timeoutMs;
  try {
    for (;;) {
      if (signal.aborted) throw cancelled(progress);
      if (await look(kubernetes, progress)) break;
      if (Date.now() > deadline) throw late(progress);
      await pause(options.pollMs ?? POLL_MS, signal);
    }
    options.tell("has booted anew and is ready");
  } finally {
    await removePod(kubernetes, progress);
  }
}

async function begin(
  kubernetes: Pick<Kubernetes, "get">,
  node: string,
  options: RebootOptions,
): Promise<Progress> {
  const nodePath = resourcePath("v1", "Node", undefined, node);
  const found = await kubernetes.get(nodePath);
  const boot = found ? bootOf(found) : "";
  if (boot === "") {
    const lack = found ? "its kubelet tells no boot id" : "the cluster has no such node any more";
    throw failure(`cannot be rebooted: ${lack}`, "reboot it by hand, then run this again");
  }
  const podName = rebootPodName(node);
  const podPath = resourcePath("v1", "Pod", options.namespace, podName);
  return { node, options, boot, nodePath, podName, podPath, begun: false, waitingFor: "", saidAt: 0 };
}

/** Looks once, and does what is next. Returns whether the node is back. */
async function look(kubernetes: Rebooting["kubernetes"], progress: Progress): Promise<boolean> {
  try {
    const node = await kubernetes.get(progress.nodePath);
    if (!node) throw failure("the node has left the cluster while it was rebooted", "see where it is");
    const notReady = notReadyReason(node);
    if (bootOf(node) !== progress.boot) {
      progress.begun = true;
      if (notReady !== undefined)
        say(progress, `the node has booted anew, and is not ready yet: ${notReady}`);
      return notReady === undefined;
    }
    const pod = await kubernetes.get(progress.podPath);
    if (progress.uid === undefined) await makePod(kubernetes, progress, pod);
    else say(progress, waitedFor(progress, pod, notReady));
  } catch (thrown) {
    // The API server may run on this very node.
    if (progress.uid === undefined || !passes(thrown)) throw thrown;
    say(progress, "the API server does not answer");
  }
  return false;
}

async function makePod(
  kubernetes: Rebooting["kubernetes"],
  progress: Progress,
  left: KubernetesObject | undefined,
): Promise<void> {
  const { options, node, boot, podPath } = progress;
  if (left) {
    // Of a run that was killed; it might reboot the node at any moment, which the next look will see.
    say(progress, `removing pod ${options.namespace}/${left.metadata.name} of an earlier run`);
    if (!left.metadata.deletionTimestamp) await kubernetes.remove(podPath);
    return;
  }
  const { namespace, image, timeoutMs } = options;
  const made = await kubernetes.create(
    resourcePath("v1", "Pod", namespace),
    rebootPod({ namespace, image, node, boot, timeoutMs }),
  );
  progress.uid = made.metadata.uid ?? "";
  say(progress, `pod ${namespace}/${made.metadata.name} is to reboot it`);
}

/** What is waited for, by what the pod says. @throws UserError when the pod will not reboot the node */
function waitedFor(
  progress: Progress,
  pod: KubernetesObject | undefined,
  notReady: string | undefined,
): string {
  const { options, podName } = progress;
  const name = `${options.namespace}/${podName}`;
  const isOurs = pod !== undefined && pod.metadata.uid === progress.uid;
  // Without the pod on a node that is down: it went with the node.
  if (!isOurs && !progress.begun && notReady === undefined)
    throw failure(`not rebooted: somebody removed pod ${name}`, "see who does that, then run this again");
  const judged = isOurs ? judgeRebootPod(pod) : undefined;
  if (!judged || judged.state === "begun") {
    progress.begun = true;
    return notReady === undefined ? "it has begun" : `the node is down: ${notReady}`;
  }
  if (judged.state === "waiting") return `pod ${name} is starting`;
  progress.stuckSince ??= Date.now();
  const isOver = Date.now() - progress.stuckSince >= (options.imageMs ?? IMAGE_MS);
  const words = `pod ${name}: ${judged.words}`;
  if (judged.state === "failed" || isOver) throw failure(`not rebooted: ${words}`, judged.hint);
  return words;
}

/** Says what is waited for when that changes, and every now and then. */
function say(progress: Progress, waitingFor: string): void {
  const now = Date.now();
  if (progress.waitingFor === waitingFor && now - progress.saidAt < REMINDER_MS) return;
  progress.waitingFor = waitingFor;
  progress.saidAt = now;
  progress.options.tell(`reboot: ${waitingFor}`);
}

/** Our pod is of no use any more, whatever became of the node. */
async function removePod(kubernetes: Rebooting["kubernetes"], progress: Progress): Promise<void> {
  if (progress.uid === undefined) return;
  try {
    await kubernetes.remove(progress.podPath);
  } catch (thrown) {
    if (!(thrown instanceof RefusedError)) throw thrown;
    const { options, podName, begun } = progress;
    const danger = begun ? "" : "; remove it, it may still reboot the node";
    options.tell(`pod ${options.namespace}/${podName} could not be removed: ${thrown.message}${danger}`);
  }
}

function cancelled({ begun }: Progress): UserError {
  return begun
    ? failure(
        "the run was cancelled while the node was rebooting",
        "wait until it is back, then run this again",
      )
    : failure("not rebooted: the run was cancelled", "run it again to go on");
}

function late({ options, waitingFor, begun }: Progress): UserError {
  return failure(
    `${begun ? "the node has not come back from its reboot" : "not rebooted"} within ${duration(options.timeoutMs)}: ${waitingFor}`,
    "see to the node, or give it more time with input `reboot-timeout`, then run this again",
  );
}

function failure(message: string, hint: string): UserError {
  return new UserError({ message, hint }, { kind: "cluster" });
}
