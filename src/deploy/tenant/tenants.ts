import pLimit from "p-limit";
import { componentOrder } from "../../catalogue/index.ts";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors.ts";
import type { ComponentUse, Tenant } from "../../environment/model.ts";
import { readPlanFile } from "../../plan/file.ts";
import { makeTag } from "../../plan/tags.ts";
import { CONSUMERS } from "../../tenant/model.ts";
import { controlPlaneAddresses } from "../addresses.ts";
import type { RunOptions } from "../application.ts";
import { controlPlaneValues } from "../control-plane.ts";
import type { Seen } from "../look.ts";
import { connect, openSession, type Session, selectComponents } from "../session.ts";
import { type CommentOptions, showPlan } from "../show-plan.ts";
import { applyAll, type TenantsOutputs, tenantsAtOnce } from "./apply-all.ts";
import { checkFiles } from "./conflicts/check-files.ts";
import { clusterConflicts } from "./conflicts/conflicts.ts";
import { tenantValues } from "./desired.ts";
import { selectTenants } from "./select.ts";
import { connectControlPlane } from "./server.ts";
import { planTenantDeployment, type TenantJob } from "./tenant.ts";

export interface TenantsOptions extends RunOptions, CommentOptions {
  config: string;
  /** Names of tenants; `*` for all. */
  tenants: readonly string[];
  mode: "plan" | "apply";
  /** Path of an approved plan. */
  plan?: string | undefined;
  components: readonly string[];
  rotate: readonly string[];
  /** How many tenants may fail before no more are begun. */
  maxFailures: number;
  /** Address of the API server as the runner reaches it; undefined for the public one. */
  apiUrl?: string | undefined;
  timeoutMs: number;
}

/**
 * Onboards tenants and deploys their components, or says what would be done. What all of them rest on is read once;
 * each has a lock of its own.
 * @param report called with what is known so far, before anything is thrown
 * @throws UserError with everything that is wrong; wrong input is found before anything is written
 */
export async function deployTenants(
  options: TenantsOptions,
  context: Context,
  report: (known: TenantsOutputs) => void,
): Promise<void> {
  const { config, timeoutMs, drifted } = options;
  const session = { ...(await openSession(config, timeoutMs, context)), drifted };
  const tenants = selectTenants(session.environment, options.tenants);
  const [only] = tenants;
  if (only && tenants.length === 1) report({ namespace: only.namespace });
  const approved = options.plan ? await readPlanFile(options.plan) : undefined;
  const jobs = await prepareJobs(session, tenants, options);
  if (options.mode === "plan") await planAll(jobs, options, report);
  else await applyAll(context, jobs, approved, options, report);
}

/** Everything that the tenants share, and what each of them is to be; nothing is written. */
async function prepareJobs(
  session: Session,
  tenants: readonly Tenant[],
  { apiUrl, components, mode, rotate, ...options }: TenantsOptions,
): Promise<TenantJob[]> {
  const values = controlPlaneValues(session);
  const addresses = controlPlaneAddresses(session.environment, values);
  checkConsumers(rotate);
  const chosen = chooseComponents(tenants, components);
  checkFiles(session, chosen);
  const [cluster, tag] = await Promise.all([
    connect(session),
    makeTag(session.secrets, session.environment.name),
  ]);
  const at = { values, addresses, url: apiUrl ?? addresses.api };
  const controlPlane = await connectControlPlane(cluster, at);
  const nothing = { done: false, credentials: {} };
  const conflicts = await clusterConflicts(
    cluster.kubernetes,
    chosen.map(({ tenant, uses }) => ({
      tenant,
      values: tenantValues(cluster, tenant, uses, controlPlane, nothing),
    })),
    cluster.context.log.info,
  );
  if (conflicts.length > 0) throw new UserError(conflicts);
  return chosen.map((each) => ({ ...each, cluster, controlPlane, tag, mode, options, rotate }));
}

/** The components of each tenant that are part of the run; a tenant need not have all that the input names. */
function chooseComponents(
  tenants: readonly Tenant[],
  names: readonly string[],
): { tenant: Tenant; uses: readonly ComponentUse[] }[] {
  selectComponents(
    tenants.flatMap((tenant) => tenant.components),
    names,
  );
  return tenants.map((tenant) => {
    const own = tenant.components.filter(({ id }) => names.length === 0 || names.includes(id));
    return { tenant, uses: componentOrder(selectComponents(own, [])) };
  });
}

function checkConsumers(names: readonly string[]): void {
  const unknown = names.filter((name) => !(CONSUMERS as readonly string[]).includes(name));
  if (unknown.length === 0) return;
  throw new UserError(
    unknown.map((name) => ({
      message: `input \`rotate-credentials\`: nobody called \`${name}\` has credentials`,
      hint: `expected ${CONSUMERS.map((each) => `\`${each}\``).join(" or ")}, one per line`,
    })),
  );
}

async function planAll(
  jobs: readonly TenantJob[],
  options: TenantsOptions,
  report: (known: TenantsOutputs) => void,
): Promise<void> {
  const slot = pLimit(tenantsAtOnce());
  const [first] = jobs;
  if (!first) return;
  const told = jobs.length === 1 ? report : () => undefined;
  const seen = await Promise.all(jobs.map((job) => slot(() => planTenantDeployment(job, told))));
  await showPlan(first.cluster, togetherSeen(seen), options, report);
}

/** The plans of several tenants as one. */
function togetherSeen(seen: readonly Seen[]): Pick<Seen, "plan" | "releases"> {
  const [first, ...rest] = seen;
  if (!first) throw new Error("a plan of no tenant");
  if (rest.length === 0) return first;
  const { environment, cluster } = first.plan;
  const plan = {
    environment,
    ...(cluster ? { cluster } : {}),
    releases: seen.flatMap((each) => each.plan.releases),
    manifests: seen.flatMap((each) => each.plan.manifests),
    tenants: seen.flatMap((each) => each.plan.tenants),
  };
  return { plan, releases: seen.flatMap((each) => each.releases) };
}
