import type { Context } from "../core/context.ts";
import type { NotReady } from "./model.ts";

/** When something is asked and said while waiting, in milliseconds. */
export interface Pace {
  /** How often reasons are asked for: that costs some lists more than the question whether all is ready. */
  reasons: number;
  /** Before that nothing is said: most releases are ready by then. */
  first: number;
  /** At most so often. */
  changed: number;
  /** At least so often, even when nothing has changed. */
  unchanged: number;
}

export const PACE: Pace = { reasons: 2_000, first: 3_000, changed: 5_000, unchanged: 15_000 };

/** Objects named at a time; a broken cluster has many that say the same. */
const NAMED = 8;

/** Says what is not ready, but not the same thing all the time. */
export interface Progress {
  /** Whether something may be said by now. */
  isDue(now: number): boolean;
  say(total: number, missing: readonly NotReady[], now: number): void;
  /** Says it at once, unless that was the last thing said. */
  sayLast(total: number, missing: readonly NotReady[], now: number): void;
}

export function createProgress(log: Context["log"], release: string, start: number, pace: Pace): Progress {
  let said = { at: Number.NEGATIVE_INFINITY, text: "" };
  let asked = Number.NEGATIVE_INFINITY;
  const shown = new Map<string, string>();
  const write = (total: number, missing: readonly NotReady[], now: number) => {
    said = { at: now, text: textOf(total, missing) };
    // A container that crashes again mostly says the same again.
    const news = missing.map(({ lastLines = [], ...each }) => {
      const words = lastLines.join("\n");
      const known = shown.get(each.object) === words;
      if (words !== "") shown.set(each.object, words);
      return known ? each : { ...each, lastLines };
    });
    for (const line of progressLines(release, total, news)) log.info(line);
  };
  const textOf = (total: number, missing: readonly NotReady[]) =>
    progressLines(release, total, missing).join("\n");
  return {
    isDue: (now) => now - start >= pace.first && now - asked >= pace.changed,
    say(total, missing, now) {
      asked = now;
      const same = textOf(total, missing) === said.text;
      if (!same || now - said.at >= pace.unchanged) write(total, missing, now);
    },
    sayLast(total, missing, now) {
      if (textOf(total, missing) !== said.text) write(total, missing, now);
    },
  };
}

/** What is not ready, for a person: how many are, then an object a line with its reason. */
export function progressLines(release: string, total: number, missing: readonly NotReady[]): string[] {
  const head = `${release}: ${total - missing.length} of ${total} ready`;
  const named = missing.slice(0, NAMED);
  const lines = named.flatMap(({ object, reason, lastLines = [] }, index) => [
    `${index === 0 ? `${head}; ` : `${release}: `}${object}: ${reason}`,
    // The last of them stands in the reason already.
    ...(lastLines.length > 1 ? lastLines.map((line) => `${release}:   | ${line}`) : []),
  ]);
  const more = missing.length - named.length;
  return more > 0 ? [...lines, `${release}: and ${more} more`] : lines;
}
