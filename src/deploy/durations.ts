import { z } from "zod";
import { jsonOf } from "../core/json.ts";
import type { Notes } from "../lock/lease.ts";
import { type ReportedComponent, spanOf } from "./report/model.ts";

/** Where the Lease of an environment keeps how long each of its components took when it last changed. */
const SECONDS = "clearml-actions/seconds";

const secondsSchema = z.record(z.string(), z.number().nonnegative());

/** Seconds that each component took the last time, by its id; empty when nobody knows. */
export function lastSeconds(notes: Notes): Readonly<Record<string, number>> {
  return secondsSchema.safeParse(jsonOf(notes[SECONDS] ?? "")).data ?? {};
}

/** The note for the next run: what changed now, and for the others what was known. Undefined when nothing did. */
export function secondsNote(notes: Notes, components: readonly ReportedComponent[]): Notes | undefined {
  const changed = components.filter(({ state }) => state === "done");
  if (changed.length === 0) return undefined;
  const measured = changed.map((each) => {
    const span = spanOf(each);
    return [each.component, span ? Math.round((span.to - span.from) / 100) / 10 : 0] as const;
  });
  return { [SECONDS]: JSON.stringify({ ...lastSeconds(notes), ...Object.fromEntries(measured) }) };
}
