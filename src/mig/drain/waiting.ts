import { duration } from "../../core/duration.ts";
import { type Problem, UserError } from "../../core/errors.ts";
import { pause } from "../../core/pause.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import type { Closing } from "./model.ts";

/** When something is asked and said while waiting, in milliseconds. */
export interface Pace {
  /** Between two looks; at first less, since most waits are short. */
  poll: number;
  /** Before that nothing is said: most pods are gone by then. */
  first: number;
  again: number;
  /** Before a pod whose eviction was refused is asked once more. */
  evict: number;
}

export const PACE: Pace = { poll: 1_000, first: 3_000, again: 10_000, evict: 5_000 };

const FIRST_POLL_MS = 100;

/** Pods named at a time. */
const NAMED = 8;

/** A pod that is still on the node. */
export interface Waiting {
  /** `ml/task-1` */
  pod: string;
  reason: string;
  repair: string;
}

export interface WaitOptions {
  node: string;
  timeoutMs: number;
  /** What to raise when time was too short. */
  tell(waiting: readonly string[]): void;
}

/**
 * Looks until nothing is left, says from time to time what is, and goes on while the cluster does not answer.
 * @throws UserError naming each pod that is left when time is up; when the run is cancelled, or has lost its lock
 */
export async function waitUntilGone(
  { signal }: Pick<Closing, "signal">,
  look: () => Promise<readonly Waiting[]>,
  { node, timeoutMs, tell }: WaitOptions,
  pace: Pace,
): Promise<void> {
  const started = Date.now();
  let due = started + pace.first;
  for (;;) {
    stopIfCancelled(signal, node);
    const seen = await lookOnce(look);
    if (seen.left?.length === 0) return;
    stopIfCancelled(signal, node);
    const now = Date.now();
    if (now - started >= timeoutMs) throw seen.left ? notGone(node, seen.left, timeoutMs) : seen.failure;
    if (now >= due) {
      tell(seen.left ? waitingLines(seen.left) : [seen.failure.message]);
      due = now + pace.again;
    }
    const waited = now - started;
    await pause(Math.min(pace.poll, FIRST_POLL_MS + waited / 2, timeoutMs - waited), signal);
  }
}

type Look = { left: readonly Waiting[]; failure?: never } | { left?: never; failure: RefusedError };

async function lookOnce(look: () => Promise<readonly Waiting[]>): Promise<Look> {
  try {
    return { left: await look() };
  } catch (thrown) {
    if (passes(thrown)) return { failure: thrown };
    throw thrown;
  }
}

/** Whether the same request may succeed a moment later: the API server is restarted, or has too much to do. */
export function passes(thrown: unknown): thrown is RefusedError {
  return (
    thrown instanceof RefusedError && (thrown.status === 0 || thrown.status === 429 || thrown.status >= 500)
  );
}

function waitingLines(left: readonly Waiting[]): string[] {
  const lines = left.slice(0, NAMED).map(({ pod, reason }) => `pod ${pod}, which ${reason}`);
  const more = left.length - NAMED;
  return more > 0 ? [...lines, `${more} more`] : lines;
}

function notGone(node: string, left: readonly Waiting[], timeoutMs: number): UserError {
  const problems = left.map(
    ({ pod, reason, repair }): Problem => ({
      message: `pod ${pod} is still on node ${node} after ${duration(timeoutMs)}: it ${reason}`,
      hint: repair,
    }),
  );
  return new UserError(problems, { kind: "cluster" });
}

function stopIfCancelled(signal: AbortSignal, node: string): void {
  if (!signal.aborted) return;
  if (signal.reason instanceof UserError) throw signal.reason;
  const message = `cancelled while pods were leaving node ${node}`;
  throw new UserError({ message, hint: "run it again to go on" }, { kind: "cluster" });
}
