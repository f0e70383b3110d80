import pLimit from "p-limit";
import type { Context } from "../../core/context.ts";
import { errorMessage, joinFailures, UserError } from "../../core/errors.ts";
import type { PlanFile } from "../../plan/file.ts";
import { partOfPlan } from "../../plan/part.ts";
import { deploymentPage } from "../report/page.ts";
import { type TenantResult, tenantsPage } from "../report/tenants.ts";
import { parallelReleases } from "../schedule.ts";
import { applyTenantDeployment, type TenantJob, type TenantOutputs } from "./tenant.ts";

/** What a run over tenants tells its action, as far as it is known. */
export interface TenantsOutputs extends TenantOutputs {
  namespace?: string;
  tenants?: readonly TenantResult[];
}

type Tell = (known: TenantsOutputs) => void;

/** Tenants that are worked on at a time: most have two releases, which Helm works on side by side. */
export function tenantsAtOnce(): number {
  return Math.ceil(parallelReleases() / 2);
}

/**
 * Applies the tenants side by side, in their order; each that fails leaves the others alone, until more have failed
 * than may.
 * @throws UserError with what failed
 */
export async function applyAll(
  context: Context,
  jobs: readonly TenantJob[],
  approved: PlanFile | undefined,
  { maxFailures }: { maxFailures: number },
  report: Tell,
): Promise<void> {
  const failures: unknown[] = [];
  const slot = pLimit(tenantsAtOnce());
  const started = Date.now();
  const results = await Promise.all(
    jobs.map((job) =>
      slot(async () => {
        if (failures.length > maxFailures || context.signal.aborted) return notStarted(job);
        const told = jobs.length === 1 ? report : () => undefined;
        const { result, failure } = await applyOne(job, approved, told);
        if (failure !== undefined) failures.push(jobs.length === 1 ? failure : ofTenant(job, failure));
        else if (jobs.length > 1) context.log.info(progress(result, jobs.length));
        return result;
      }),
    ),
  );
  tellTogether(results, report);
  const [only] = results;
  // One that failed before its releases has no page of its own.
  if (only?.page && results.length === 1) context.summary(deploymentPage(only.page));
  else {
    const { cluster } = jobs[0] as TenantJob;
    const page = { environment: cluster.environment.name, server: cluster.kubernetes.server, results };
    context.summary(tenantsPage({ ...page, milliseconds: Date.now() - started, maxFailures }));
  }
  const failure = joinFailures(failures);
  if (failure !== undefined) throw failure;
}

/** One tenant, with what became known of it; a failure is handed back. */
async function applyOne(
  job: TenantJob,
  approved: PlanFile | undefined,
  report: Tell,
): Promise<{ result: TenantResult; failure?: unknown }> {
  const started = Date.now();
  const known: TenantOutputs = {};
  const tell = (more: TenantOutputs) => {
    Object.assign(known, more);
    report(more);
  };
  let page: TenantResult["page"];
  const show = (report: NonNullable<typeof page>) => {
    page = report;
  };
  const result = (outcome: TenantResult["outcome"], message?: string): TenantResult => ({
    tenant: job.tenant.name,
    outcome,
    milliseconds: Date.now() - started,
    ...known,
    ...(message === undefined ? {} : { message }),
    ...(page ? { page } : {}),
  });
  try {
    const part = approved && partOfPlan(approved, job.tenant.name);
    await applyTenantDeployment(job, part, { report: tell, show });
    return { result: result(known.changed ? "changed" : "unchanged") };
  } catch (thrown) {
    return { result: result("failed", errorMessage(thrown)), failure: thrown };
  }
}

function notStarted({ tenant }: TenantJob): TenantResult {
  return { tenant: tenant.name, outcome: "not started", milliseconds: 0 };
}

/** A failure among those of other tenants. */
function ofTenant({ tenant }: TenantJob, failure: unknown): unknown {
  if (!(failure instanceof UserError)) return failure;
  const problems = failure.problems.map((problem) => ({
    ...problem,
    message: `tenant ${tenant.name}: ${problem.message.replace(`tenant ${tenant.name}: `, "")}`,
  }));
  return new UserError(problems, { kind: failure.kind, cause: failure });
}

function progress({ tenant, outcome, milliseconds }: TenantResult, count: number): string {
  return `tenant ${tenant}: ${outcome} after ${(milliseconds / 1000).toFixed(1)} s (of ${count} tenants)`;
}

function tellTogether(results: readonly TenantResult[], report: Tell): void {
  const evidence = results.flatMap((each) => each.evidence ?? []).join("\n");
  report({
    tenants: results,
    changed: results.some(({ changed }) => changed),
    releases: results.flatMap(({ releases }) => releases ?? []),
    ...(evidence ? { evidence } : {}),
  });
}
