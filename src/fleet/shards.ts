import { allowedFailures } from "./budget.ts";
import { type ErrorBudget, type Shard, WAVES, type WaveName } from "./model.ts";

/** GitHub makes at most so many jobs of a run's matrices. */
export const MOST_SHARDS = 256;

/** How a fleet is cut into jobs. */
export interface Cut {
  /** Most shards of all waves together. */
  most: number;
  /** Tenants that a shard should have; more where there would be too many shards. */
  size: number;
}

/**
 * Cuts the waves into shards of about the same size. A wave has at least one shard of its own, so `most` must not be
 * less than the number of waves that have tenants.
 */
export function cutShards(
  waves: ReadonlyMap<WaveName, readonly string[]>,
  cut: Cut,
  budget: ErrorBudget,
): Shard[] {
  const size = fittingSize([...waves.values()], cut);
  const shards: Shard[] = [];
  let done = 0;
  for (const wave of WAVES) {
    const names = waves.get(wave) ?? [];
    done += names.length;
    const maxFailures = wave === "canary" ? 0 : allowedFailures(budget, done);
    for (const tenants of evenly(names, Math.ceil(names.length / size))) {
      shards.push({ shard: shards.length + 1, wave, tenants, maxFailures });
    }
  }
  return shards;
}

/** The smallest size, not below the wished one, with which no more shards come out than there may be. */
function fittingSize(lists: readonly (readonly string[])[], { most, size }: Cut): number {
  const countAt = (each: number) => lists.reduce((sum, list) => sum + Math.ceil(list.length / each), 0);
  const total = lists.reduce((sum, list) => sum + list.length, 0);
  let fitting = Math.max(size, Math.floor(total / most), 1);
  while (countAt(fitting) > most && fitting < total) fitting++;
  return fitting;
}

/** A list in so many parts, whose lengths differ by at most one. */
function evenly(list: readonly string[], parts: number): string[][] {
  return Array.from({ length: parts }, (_, index) =>
    list.slice(Math.floor((index * list.length) / parts), Math.floor(((index + 1) * list.length) / parts)),
  );
}
