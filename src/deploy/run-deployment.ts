import { errorMessage, joinFailures, UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import { ensureNamespace } from "../kubernetes/namespaces.ts";
import { applyRelease, type ReleaseResult } from "./apply-release.ts";
import type { PlannedRelease } from "./plan-release.ts";
import { type Job, type Outcome, runJobs } from "./schedule.ts";
import { type ClusterSession, PARALLEL } from "./session.ts";
import type { ReportRow } from "./summary.ts";

/** What was done for a component: a release, or plain objects. */
export interface ComponentResult {
  changed: boolean;
  row: ReportRow;
  release?: ReleaseResult;
}

const RESULT_WORDS = { install: "installed", upgrade: "upgraded", none: "unchanged" } as const;

/** The job that brings one release into the cluster. */
export function releaseJob(
  session: ClusterSession,
  planned: PlannedRelease,
  tenant?: string,
): Job<ComponentResult> {
  const { use } = planned;
  return {
    id: use.id,
    needs: needsOf(use),
    async run() {
      const made = await ensureNamespace(session.kubernetes, use.namespace, tenant);
      const { context, helm, kubernetes, timeoutMs } = session;
      const release = await applyRelease(planned, context, helm, kubernetes, timeoutMs);
      return {
        changed: made || release.action !== "none",
        release,
        row: {
          component: use.id,
          place: `${release.namespace}/${release.release}`,
          what: `${release.chart} ${release.chartVersion}, revision ${release.revision}`,
          result: RESULT_WORDS[release.action],
          seconds: release.seconds,
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
  const outcome = await runJobs(cancellable, PARALLEL);
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
