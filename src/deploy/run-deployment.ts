import { errorMessage, joinFailures, UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import { ensureNamespace } from "../kubernetes/namespaces.ts";
import type { PlannedObject } from "../plan/model.ts";
import { applyRelease, type Journal, type ReleaseResult } from "./apply-release.ts";
import type { PlannedRelease } from "./plan-release.ts";
import type { Phase, ReportedComponent } from "./report/model.ts";
import { type Job, type Outcome, parallelReleases, runJobs } from "./schedule.ts";
import type { ClusterSession } from "./session.ts";

/** The job of a component, and what a report says about it, also when it never ran. */
export interface ComponentJob extends Job<ComponentResult> {
  about: Pick<ReportedComponent, "tenant" | "place" | "what" | "action" | "reasons">;
}

/** What was done for a component: a release, or plain objects. */
export interface ComponentResult {
  changed: boolean;
  /** What is there now, where it says more than was known before. */
  what?: string;
  /** The parts of its work, one after the other. */
  phases: readonly { name: Phase["name"]; milliseconds: number }[];
  release?: ReleaseResult;
}

/**
 * The job that brings one release into the cluster.
 * @param replaced objects of it that have to be deleted first
 */
export function releaseJob(
  session: ClusterSession,
  planned: PlannedRelease,
  journal: Journal,
  replaced: readonly PlannedObject[] = [],
): ComponentJob {
  const { use, action, reasons, chartName, chartVersion } = planned;
  const what = `${chartName} ${chartVersion}`;
  return {
    id: use.id,
    needs: needsOf(use),
    about: { ...tenantOf(use), place: `${use.namespace}/${use.release}`, what, action, reasons },
    async run() {
      const made = await ensureNamespace(session.kubernetes, use.namespace, use.tenant);
      const release = await applyRelease(planned, session, journal, replaced);
      return {
        changed: made || action !== "none",
        release,
        what: `${what}, revision ${release.revision}`,
        phases: [
          { name: "upgrade", milliseconds: release.upgradeMs },
          { name: "wait", milliseconds: release.waitMs },
        ],
      };
    },
  };
}

/** The tenant of a tenant's component, as a part of what is said about it. */
export function tenantOf({ tenant }: ComponentUse): { tenant?: string } {
  return tenant === undefined ? {} : { tenant };
}

/** Ids a component waits for: what the catalogue says, and what the environment file adds. */
export function needsOf(use: ComponentUse): readonly string[] {
  return [...use.definition.needs, ...use.needs];
}

/**
 * Runs the jobs; the report has each of them, in the order given, also those that failed or never ran. A cancelled run
 * starts nothing new; what has begun is finished by its own tool.
 */
export async function runDeployment(
  jobs: readonly ComponentJob[],
  signal: AbortSignal,
): Promise<{
  outcome: Outcome<ComponentResult>;
  /** Of the jobs that succeeded. */
  results: ComponentResult[];
  components: ReportedComponent[];
}> {
  const cancellable = jobs.map((job) => ({ ...job, run: () => unlessCancelled(job, signal) }));
  const outcome = await runJobs(cancellable, parallelReleases());
  const results = jobs.flatMap((job) => outcome.done.get(job.id) ?? []);
  return { outcome, results, components: jobs.map((job) => reported(job, outcome, signal.aborted)) };
}

function reported(
  job: ComponentJob,
  { done, failed, skipped, times }: Outcome<ComponentResult>,
  cancelled: boolean,
): ReportedComponent {
  const { started = 0, ended = 0 } = times.get(job.id) ?? {};
  const base = { component: job.id, needs: job.needs, ...job.about };
  const result = done.get(job.id);
  if (result) {
    const state = result.changed ? "done" : "unchanged";
    return { ...base, what: result.what ?? base.what, state, phases: phasesFrom(started, result.phases) };
  }
  const blocker = skipped.get(job.id);
  if (blocker !== undefined) return { ...base, state: "skipped", cause: `it needs ${blocker}`, phases: [] };
  return {
    ...base,
    state: cancelled ? "cancelled" : "failed",
    cause: errorMessage(failed.get(job.id)),
    phases: ended > started ? [{ name: "upgrade", from: started, to: ended }] : [],
  };
}

function phasesFrom(started: number, parts: ComponentResult["phases"]): Phase[] {
  let from = started;
  return parts.map(({ name, milliseconds }) => {
    const phase = { name, from, to: from + milliseconds };
    from = phase.to;
    return phase;
  });
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

/** What people can do about the failures, each said once. */
export function nextSteps({ failed }: Pick<Outcome<ComponentResult>, "failed">): string[] {
  const hints = [...failed.values()].flatMap((failure) =>
    failure instanceof UserError ? failure.problems.flatMap(({ hint }) => hint ?? []) : [],
  );
  return [...new Set(hints)];
}
