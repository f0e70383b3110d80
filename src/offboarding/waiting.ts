import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import { pause } from "../core/pause.ts";
import { shortList } from "../core/short-list.ts";

type Waiting = Pick<Context, "log" | "signal">;

/** When something is asked and said while waiting, in milliseconds. */
export interface Pace {
  poll: number;
  /** Before that nothing is said. */
  first: number;
  again: number;
}

export const PACE: Pace = { poll: 1_000, first: 3_000, again: 10_000 };

/** What is waited for. */
export interface Awaited {
  /** In front of every line. */
  title: string;
  /** What is still there; asked all the time. */
  left(): Promise<readonly string[]>;
  /** The same with reasons, where they cost more; asked only to be shown. */
  reasons?(): Promise<readonly string[]>;
}

/**
 * Waits until nothing is left, and says what is.
 * @returns what is left when time is up, with reasons; empty when all has gone
 * @throws UserError when the run is cancelled, or has lost its lock
 */
export async function waitUntilGone(
  { log, signal }: Waiting,
  { title, left, reasons = left }: Awaited,
  timeoutMs: number,
  pace: Pace = PACE,
): Promise<readonly string[]> {
  const started = Date.now();
  let due = started + pace.first;
  for (;;) {
    if ((await left()).length === 0) return [];
    const now = Date.now();
    if (now - started >= timeoutMs) return reasons();
    if (now >= due) {
      log.info(
        `${title}: ${Math.round((now - started) / 1000)} s, waiting for ${shortList(await reasons())}`,
      );
      due = now + pace.again;
    }
    stopIfCancelled(signal);
    await pause(pace.poll, signal);
    stopIfCancelled(signal);
  }
}

/** Says from time to time that some work goes on. */
export async function saying<T>(
  log: Context["log"],
  what: string,
  work: Promise<T>,
  pace = PACE,
): Promise<T> {
  const started = Date.now();
  let timer: NodeJS.Timeout;
  const say = () => {
    log.info(`${what}: ${Math.round((Date.now() - started) / 1000)} s, still at it`);
    timer = setTimeout(say, pace.again);
  };
  timer = setTimeout(say, pace.first);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

/** @throws UserError when the run is cancelled, or has lost its lock */
export function stopIfCancelled(signal: AbortSignal): void {
  if (!signal.aborted) return;
  if (signal.reason instanceof UserError) throw signal.reason;
  const message = "cancelled before everything of the tenant was removed";
  throw new UserError({ message, hint: "run it again to go on where it ended" }, { kind: "cluster" });
}
