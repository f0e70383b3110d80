import { pause } from "../../core/pause.ts";
import type { Probe } from "../model.ts";

const FIRST_MS = 500;
const LONGEST_MS = 5_000;
/** What comes by itself after a deployment comes within this time, or somebody has to do something. */
const PATIENCE_MS = 60_000;

/** What was seen last, and what it took. */
export interface Waited<T> {
  seen: T;
  tries: number;
  seconds: number;
}

/** Looks until it is good, as long as that makes sense: at most a minute, or half of the time that is left. */
export async function untilGood<T>(
  { signal, deadline }: Pick<Probe, "signal" | "deadline">,
  look: () => Promise<T>,
  isGood: (seen: T) => boolean,
): Promise<Waited<T>> {
  const started = Date.now();
  const until = started + Math.min(PATIENCE_MS, (deadline - started) / 2);
  for (let tries = 1, restMs = FIRST_MS; ; tries++, restMs = Math.min(restMs * 2, LONGEST_MS)) {
    const seen = await look();
    if (isGood(seen) || signal.aborted || Date.now() + restMs > until) {
      return { seen, tries, seconds: Math.round((Date.now() - started) / 1000) };
    }
    await pause(restMs, signal);
  }
}

/** ` (asked 3 times in 4 s)`; nothing when it was asked once. */
export function triesText({ tries, seconds }: Pick<Waited<unknown>, "tries" | "seconds">): string {
  return tries === 1 ? "" : ` (asked ${tries} times in ${seconds} s)`;
}
