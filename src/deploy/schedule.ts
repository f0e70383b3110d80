import { availableParallelism, freemem } from "node:os";
import PQueue from "p-queue";

/** A piece of work that waits for others. */
export interface Job<T> {
  id: string;
  /** Ids of jobs that must have succeeded; ids that are not among the jobs are taken as done. */
  needs: readonly string[];
  /** How long it is likely to take; only the ratio to the others matters. One when nobody knows. */
  expectedSeconds?: number;
  run(): Promise<T>;
}

export interface Outcome<T> {
  done: Map<string, T>;
  failed: Map<string, unknown>;
  /** Jobs never started, with the failed job that is the cause. */
  skipped: Map<string, string>;
  /** When each job that ran started and ended, in milliseconds since the first could start. */
  times: Map<string, { started: number; ended: number }>;
}

/** Memory of one helm process at work; measured 47 to 70 MB. */
const HELM_BYTES = 70e6;
/** More helm processes than this per processor make nothing faster (measured on 2 processors with up to 16). */
const PER_PROCESSOR = 4;

/** How many releases are worked on at a time: bounded by processors and by free memory. */
export function parallelReleases(processors = availableParallelism(), freeBytes = freemem()): number {
  return Math.max(1, Math.min(PER_PROCESSOR * processors, Math.floor(freeBytes / HELM_BYTES)));
}

/**
 * Runs every job as soon as its own needs are done, at most `limit` at a time; of those that wait for a place, the one
 * with the longest path of jobs behind it goes first. A failure skips what depends on it; the others finish. The needs
 * must hold no cycle.
 */
export async function runJobs<T>(jobs: readonly Job<T>[], limit: number): Promise<Outcome<T>> {
  const outcome: Outcome<T> = { done: new Map(), failed: new Map(), skipped: new Map(), times: new Map() };
  const queue = new PQueue({ concurrency: limit });
  const begun = performance.now();
  const remaining = remainingPaths(jobs);
  const priority = (job: Job<T>) => remaining.get(job.id) ?? 0;
  // The queue starts what it gets while it has room, so what is ready together must come in order.
  const waiting = new Set([...jobs].sort((a, b) => priority(b) - priority(a)));
  const work = async (job: Job<T>) => {
    const started = performance.now() - begun;
    try {
      outcome.done.set(job.id, await job.run());
    } catch (thrown) {
      outcome.failed.set(job.id, thrown);
    }
    outcome.times.set(job.id, { started, ended: performance.now() - begun });
    // Before the place is free again: what this job held up may go before what has been waiting.
    startReady();
  };
  const startReady = () => {
    skipBlocked(waiting, outcome);
    for (const job of waiting) {
      if (needed(job, jobs).some(({ id }) => !outcome.done.has(id))) continue;
      waiting.delete(job);
      void queue.add(() => work(job), { priority: priority(job) });
    }
  };
  startReady();
  await queue.onIdle();
  return outcome;
}

/** Takes out of the waiting jobs those that a failure has made impossible, with all that depend on them. */
function skipBlocked<T>(waiting: Set<Job<T>>, { failed, skipped }: Outcome<T>): void {
  const causeOf = (job: Job<T>) => {
    const blocker = job.needs.find((id) => failed.has(id) || skipped.has(id));
    return blocker === undefined ? undefined : (skipped.get(blocker) ?? blocker);
  };
  for (;;) {
    const blocked = [...waiting].find((job) => causeOf(job) !== undefined);
    if (!blocked) return;
    skipped.set(blocked.id, causeOf(blocked) ?? "");
    waiting.delete(blocked);
  }
}

function needed<T>(job: Job<T>, jobs: readonly Job<T>[]): Job<T>[] {
  return jobs.filter(({ id }) => job.needs.includes(id));
}

/** For each job the expected seconds of the longest chain of jobs that starts with it. */
export function remainingPaths(
  jobs: readonly Pick<Job<unknown>, "id" | "needs" | "expectedSeconds">[],
): Map<string, number> {
  const paths = new Map<string, number>();
  const pathOf = (job: (typeof jobs)[number]): number => {
    const known = paths.get(job.id);
    if (known !== undefined) return known;
    const after = jobs.filter(({ needs }) => needs.includes(job.id)).map(pathOf);
    const path = (job.expectedSeconds ?? 1) + Math.max(0, ...after);
    paths.set(job.id, path);
    return path;
  };
  jobs.forEach(pathOf);
  return paths;
}
