import pLimit from "p-limit";

/** A piece of work that waits for others. */
export interface Job<T> {
  id: string;
  /** Ids of jobs that must have succeeded; ids that are not among the jobs are taken as done. */
  needs: readonly string[];
  run(): Promise<T>;
}

export interface Outcome<T> {
  done: Map<string, T>;
  failed: Map<string, unknown>;
  /** Jobs never started, with the failed job they waited for. */
  skipped: Map<string, string>;
}

/**
 * Runs every job as soon as its own needs are done, at most `limit` at a time. A failure skips what depends on it;
 * the others finish. The needs must hold no cycle.
 */
export async function runJobs<T>(jobs: readonly Job<T>[], limit: number): Promise<Outcome<T>> {
  const outcome: Outcome<T> = { done: new Map(), failed: new Map(), skipped: new Map() };
  const slot = pLimit(limit);
  const started = new Map<string, Promise<void>>();
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const start = (job: Job<T>): Promise<void> => {
    const running = started.get(job.id) ?? work(job);
    started.set(job.id, running);
    return running;
  };
  const work = async (job: Job<T>): Promise<void> => {
    const needed = job.needs.flatMap((id) => byId.get(id) ?? []);
    await Promise.all(needed.map(start));
    const blocker = needed.find(({ id }) => !outcome.done.has(id));
    if (blocker) {
      outcome.skipped.set(job.id, blocker.id);
      return;
    }
    try {
      outcome.done.set(job.id, await slot(() => job.run()));
    } catch (thrown) {
      outcome.failed.set(job.id, thrown);
    }
  };
  await Promise.all(jobs.map(start));
  return outcome;
}
