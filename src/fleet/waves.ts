import { createHash } from "node:crypto";
import { WAVES, type WaveName } from "./model.ts";

/** Share of the fleet that is done when a wave is over. */
const DONE_BY: Readonly<Record<"5" | "25", number>> = { "5": 0.05, "25": 0.25 };

/**
 * The tenants of each wave, sorted. A tenant's wave follows from its name alone, so that a new tenant moves no other,
 * and the same tenants go first every time. Only the canary, where none is marked, is the first of those listed.
 * @param marked the tenants that go first; when none of them is listed, one is chosen
 */
export function assignWaves(
  names: readonly string[],
  marked: ReadonlySet<string> = new Set(),
): Map<WaveName, string[]> {
  const places = new Map(names.map((name) => [name, placeOf(name)]));
  const isMarked = names.some((name) => marked.has(name));
  const first = names.reduce<string | undefined>(
    (best, name) => (best === undefined || isBefore(name, best, places) ? name : best),
    undefined,
  );
  const isCanary = (name: string) => (isMarked ? marked.has(name) : name === first);
  const waves = new Map<WaveName, string[]>(WAVES.map((wave) => [wave, []]));
  for (const name of [...new Set(names)].sort()) {
    waves.get(isCanary(name) ? "canary" : waveAt(places.get(name) ?? 1))?.push(name);
  }
  return waves;
}

/** Where a name stands in the fleet: evenly spread over 0 to 1, the same on every machine. */
export function placeOf(name: string): number {
  return createHash("sha256").update(name).digest().readUInt32BE(0) / 2 ** 32;
}

function isBefore(one: string, other: string, places: ReadonlyMap<string, number>): boolean {
  const [a, b] = [places.get(one) ?? 1, places.get(other) ?? 1];
  return a < b || (a === b && one < other);
}

function waveAt(place: number): WaveName {
  if (place < DONE_BY["5"]) return "5";
  return place < DONE_BY["25"] ? "25" : "rest";
}
