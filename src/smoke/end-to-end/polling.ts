import { isRefusal } from "../../clearml/errors.ts";
import { errorMessage, UserError } from "../../core/errors.ts";
import { pause } from "../../core/pause.ts";
import type { Probe } from "../model.ts";

const FIRST_MS = 300;
const LONGEST_MS = 3_000;
const GROWTH = 1.5;

/** What waiting came to. */
export interface Waited<T> {
  /** Undefined when the time was up first. */
  found?: T;
  asked: number;
  seconds: number;
  /** How often there was no answer, and the words of the last time. */
  unanswered: number;
  lastWords?: string;
}

/**
 * Looks until something is found, the time is up or the run is cancelled. A look that gets no answer is repeated; one
 * that is refused ends the waiting.
 * @param untilMs milliseconds since 1970 when to give up, should it be before the end of the test
 */
export async function poll<T>(
  { signal }: Pick<Probe, "signal">,
  look: () => Promise<T | undefined>,
  untilMs = Number.POSITIVE_INFINITY,
): Promise<Waited<T>> {
  const started = Date.now();
  const waited: Waited<T> = { asked: 0, seconds: 0, unanswered: 0 };
  for (let restMs = FIRST_MS; !signal.aborted && Date.now() < untilMs; restMs *= GROWTH) {
    waited.asked += 1;
    try {
      const found = await look();
      if (found !== undefined) {
        waited.found = found;
        break;
      }
    } catch (thrown) {
      if (isRefusal(thrown) || !(thrown instanceof UserError) || thrown.kind !== "cluster") throw thrown;
      waited.unanswered += 1;
      waited.lastWords = errorMessage(thrown);
    }
    await pause(Math.min(restMs, LONGEST_MS, Math.max(0, untilMs - Date.now())), signal);
  }
  waited.seconds = Math.round((Date.now() - started) / 1000);
  return waited;
}

/** `asked 4 times, 1 without an answer: …` */
export function howOften({ asked, unanswered, lastWords }: Waited<unknown>): string {
  const times = asked === 1 ? "once" : `${asked} times`;
  return `asked ${times}${unanswered > 0 ? `, ${unanswered} without an answer: ${lastWords}` : ""}`;
}

/** Why waiting ended without anything found. */
export function timeUp({ context }: Pick<Probe, "context">): string {
  return context.signal.aborted ? "when the run was cancelled" : "when the time was up";
}
