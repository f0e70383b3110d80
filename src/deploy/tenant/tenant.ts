import { UserError } from "../../core/errors.ts";
import type { ComponentUse, Tenant } from "../../environment/model.ts";
import type { TenantOwner } from "../../kubernetes/namespaces.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { PlanFile } from "../../plan/file.ts";
import type { KeyedTag } from "../../plan/tags.ts";
import { changes, type TenantMemory } from "../../tenant/model.ts";
import { lookAtTenant, type OnboardedTenant, onboardTenant } from "../../tenant/onboard.ts";
import { gatewayAddress } from "../addresses.ts";
import type { Prepared, RunOptions } from "../application.ts";
import { applyDesired } from "../apply-desired.ts";
import { type Manifests, tenantPolicies } from "../cluster-policies.ts";
import { type Desired, look, type Seen } from "../look.ts";
import type { DeploymentOutputs } from "../outputs.ts";
import { allPlanned, desiredReleases, planReleases } from "../releases.ts";
import type { DeploymentReport, ReportedComponent } from "../report/model.ts";
import type { ClusterSession } from "../session.ts";
import { companyConflicts } from "./conflicts/conflicts.ts";
import { tenantValues, valueNotes, wantedTenant } from "./desired.ts";
import { afterRelease } from "./keys/after-release.ts";
import { tenantMemory } from "./memory/memory.ts";
import { checkNamespace, ensureTenantNamespace, namespaceSteps } from "./namespace/namespace.ts";
import type { ControlPlane } from "./server.ts";
import { plannedSteps } from "./steps.ts";

/** One tenant to be deployed, with everything that all tenants of a run share. */
export interface TenantJob {
  cluster: ClusterSession;
  controlPlane: ControlPlane;
  tag: KeyedTag;
  tenant: Tenant;
  /** Its components that are part of this run, in the order of their needs. */
  uses: readonly ComponentUse[];
  mode: "plan" | "apply";
  options: RunOptions;
  /** Consumers whose keys are to be exchanged. */
  rotate: readonly string[];
}

/** A tenant at work: where what becomes known of it is told. */
type Work = TenantJob & { report(known: TenantOutputs): void };

/** What is known of a tenant, told as it becomes known. */
export interface TenantOutputs extends DeploymentOutputs {
  companyId?: string;
  adminUserId?: string;
  gatewayUrl?: string;
}

/** What would be done for a tenant. Reads the server and the cluster, and writes nothing. */
export async function planTenantDeployment(
  job: TenantJob,
  report: Work["report"] = () => undefined,
): Promise<Seen> {
  return look(job.cluster, await desire({ ...job, report }, true), job.tag);
}

/**
 * Makes a tenant what its file says: on the ClearML server, in its namespace, its releases. Each step looks first
 * whether it is done.
 * @param approved the part of an approved plan that is about this tenant
 * @throws UserError with everything that is wrong
 */
export async function applyTenantDeployment(
  job: TenantJob,
  approved: PlanFile | undefined,
  { report, show }: { report: Work["report"]; show: (page: DeploymentReport) => void },
): Promise<void> {
  const { cluster, tag, tenant, options } = job;
  const work = { ...job, report };
  let looks = 0;
  await applyDesired({
    ...{ cluster, tag, approved, options, report, show },
    tenant: tenant.name,
    scope: tenant.components,
    desire: () => desire(work, looks++ === 0),
    prepare: (seen) => onboard(work, seen),
    uploads: () => [],
  });
}

/**
 * What a tenant should be, with what is to be done for it before its releases.
 * @param shared whether what was read once for all tenants of the run will do
 */
async function desire(job: Work, shared: boolean): Promise<Desired> {
  const { cluster, controlPlane, tenant, uses, mode, rotate, report } = job;
  const { context } = cluster;
  await refuseNamespace(job);
  const companies = shared ? { companies: controlPlane.companies } : {};
  const [known, namespace] = await Promise.all([
    lookAtTenant(context, controlPlane.api, wantedTenant(tenant, controlPlane), memoryOf(job), {
      rotate,
      ...companies,
    }),
    namespaceSteps(cluster, tenant),
  ]);
  const { companyId, adminUserId, credentials } = known;
  if (companyId && !known.record) await refuseCompany(job, companyId);
  report({ ...(companyId ? { companyId } : {}), ...(adminUserId ? { adminUserId } : {}) });
  const values = tenantValues(cluster, tenant, uses, controlPlane, { done: false, companyId, credentials });
  if (shared) for (const note of valueNotes(tenant, values, controlPlane)) context.log.info(note);
  const gateway = [...values.values()].map(gatewayAddress).find((url) => url !== undefined);
  if (gateway) report({ gatewayUrl: gateway });
  const isolation = uses.filter(({ id }) => id === "network-isolation");
  return {
    mode,
    uses,
    values,
    manifests: (releases: Manifests) =>
      Promise.all(
        isolation.map(async (use) => ({
          use,
          objects: await tenantPolicies(cluster, tenant, use, releases),
        })),
      ),
    ...(gateway ? { links: { gateway } } : {}),
    tenant: { name: tenant.name, steps: [...namespace, ...plannedSteps(known.steps)] },
  };
}

/** @throws UserError when the namespace cannot be the tenant's */
async function refuseNamespace(job: TenantJob): Promise<void> {
  const problems = await checkNamespace(job.cluster.kubernetes, ownerOf(job));
  if (problems.length > 0) throw new UserError(problems);
}

/** @throws UserError when a company that was found by its name is that of another tenant */
async function refuseCompany({ cluster, tenant }: TenantJob, companyId: string): Promise<void> {
  const { context, kubernetes } = cluster;
  const problems = await companyConflicts(kubernetes, tenant, companyId, context.log.info);
  if (problems.length > 0) throw new UserError(problems);
}

function memoryOf(job: TenantJob): TenantMemory {
  const { kubernetes, context } = job.cluster;
  return tenantMemory(kubernetes, context, ownerOf(job));
}

function ownerOf({ cluster, tenant }: TenantJob): TenantOwner {
  return { environment: cluster.environment.name, tenant: tenant.name, namespace: tenant.namespace };
}

/** Namespace and server first; then the releases with what only they could tell. */
async function onboard(job: Work, seen: Seen): Promise<Prepared> {
  const { cluster, controlPlane, tenant, uses, rotate, report } = job;
  const started = Date.now();
  const made = await ensureTenantNamespace(cluster, tenant);
  const memory = memoryOf(job);
  const wanted = wantedTenant(tenant, controlPlane);
  const onboarded = await onboardTenant(cluster.context, controlPlane.api, wanted, memory, { rotate });
  const { companyId, adminUserId, credentials } = onboarded;
  const changed = made || onboarded.changed;
  report({ companyId, adminUserId, ...(changed ? { changed } : {}) });
  const values = tenantValues(cluster, tenant, uses, controlPlane, { done: true, companyId, credentials });
  const releases = allPlanned(await planReleases(cluster, desiredReleases(cluster, values), seen.records));
  const work = { context: cluster.context, api: controlPlane.api, memory, wanted };
  return {
    releases,
    components: [onboardingPart(onboarded, made, Date.now() - started)],
    changed,
    afterRelease: ({ use }, { release }) => {
      const objects: readonly KubernetesObject[] = release?.objects ?? [];
      return afterRelease(cluster, work, onboarded, { use, objects });
    },
  };
}

/** The steps at the API server, as one part of the report. */
function onboardingPart(onboarded: OnboardedTenant, made: boolean, milliseconds: number): ReportedComponent {
  const done = [
    ...(made ? ["namespace"] : []),
    ...new Set(onboarded.steps.filter(changes).map((step) => step.kind)),
  ];
  return {
    component: "tenant",
    place: `company ${onboarded.companyId}`,
    what: "company, admin, credentials, domains, queues",
    action: done.length > 0 ? "upgrade" : "none",
    state: done.length > 0 ? "done" : "unchanged",
    reasons: done.map((kind) => `changed: ${kind}`),
    needs: [],
    phases: [{ name: "upgrade", from: 0, to: milliseconds }],
  };
}
