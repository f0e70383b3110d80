import { errorMessage, joinFailures, UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import { ensureNamespace } from "../kubernetes/namespaces.ts";
import type { PlannedObject } from "../plan/model.ts";
import { applyRelease, type Journal, type ReleaseResult } from "./apply-release.ts";
import type { PlannedRelease } from "./plan-release.ts";
import { type Job, type Outcome, parallelReleases, runJobs } from "./schedule.ts";
import type { ClusterSession } from "./session.ts";
import type { ReportRow } from "./summary.ts";

/** What was done for a component: a release, or plain objects. */
export interface ComponentResult {
  changed: boolean;
  row: ReportRow;
  release?: ReleaseResult;
}

const RESULT_WORDS = {
  install: "installed",
  upgrade: "upgraded",
  repair: "repaired",
  none: "unchanged",
  uninstall: "removed",
} as const;

/**
 * The job that brings one release into the cluster.
 * @param replaced objects of it that have to be deleted first
 */
export function releaseJob(
  session: ClusterSession,
  planned: PlannedRelease,
  journal: Journal,
  replaced: readonly PlannedObject[] = [],
): Job<ComponentResult> {
  const { use, action, chartName, chartVersion } = planned;
  return {
    id: use.id,
    needs: needsOf(use),
    async run() {
      const made = await ensureNamespace(session.kubernetes, use.namespace, use.tenant);
      const release = await applyRelease(planned, session, journal, replaced);
      return {
        changed: made || action !== "none",
        release,
        row: {
          component: use.id,
          place: `${use.namespace}/${use.release}`,
          what: `${chartName} ${chartVersion}, revision ${release.revision}`,
          result: RESULT_WORDS[action],
          seconds: (release.upgradeMs + release.waitMs) / 1000,
        },
      };
    },
  };
}

/** Ids a component waits for: what the catalogue says, and what the environment file adds. */
export function needsOf(use: ComponentUse): readonly string[] {
  return [...use.definition.needs, ...use.needs];
}

/**
 * Runs the jobs; the report has a row for each, in the order given, also for those that failed or never ran. A
 * cancelled run starts nothing new; what has begun is finished by its own tool.
 */
export async function runDeployment(
  jobs: readonly Job<ComponentResult>[],
  signal: AbortSignal,
): Promise<{
  outcome: Outcome<ComponentResult>;
  /** Of the jobs that succeeded. */
  results: ComponentResult[];
  rows: ReportRow[];
}> {
  const cancellable = jobs.map((job) => ({ ...job, run: () => unlessCancelled(job, signal) }));
  const outcome = await runJobs(cancellable, parallelReleases());
  const results = jobs.flatMap((job) => outcome.done.get(job.id) ?? []);
  const rows = jobs.map((job): ReportRow => {
    const done = outcome.done.get(job.id);
    if (done) return done.row;
    const blocker = outcome.skipped.get(job.id);
    const result = blocker
      ? `skipped: needs ${blocker}`
      : `failed: ${errorMessage(outcome.failed.get(job.id))}`;
    return { component: job.id, place: "", what: "", result, seconds: 0 };
  });
  return { outcome, results, rows };
}

async function unlessCancelled<T>(job: Job<T>, signal: AbortSignal): Promise<T> {
  if (!signal.aborted) return job.run();
  const problem = {
    message: `${job.id} was not started: the run was cancelled`,
    hint: "run it again to go on",
  };
  throw new UserError(problem, { kind: "cluster" });
}

/**
 * Throws when a job failed: a bug as it is, the users' problems together, with what was skipped for them.
 */
export function throwFailures(outcome: Outcome<ComponentResult>): void {
  const failure = joinFailures([...outcome.failed.values()]);
  if (failure === undefined) return;
  if (!(failure instanceof UserError)) throw failure;
  const skipped = [...outcome.skipped].map(([id, blocker]) => ({
    message: `${id} was skipped: it needs ${blocker}`,
  }));
  throw new UserError([...failure.problems, ...skipped], { kind: failure.kind, cause: failure });
}
