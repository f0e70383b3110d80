import { componentOrder } from "../../catalogue/index.ts";
import { connectClearml } from "../../clearml/api.ts";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors.ts";
import type { ComponentUse, Tenant } from "../../environment/model.ts";
import { chartName } from "../../helm/chart-reference.ts";
import { ensureNamespace } from "../../kubernetes/namespaces.ts";
import { resolveValues } from "../../overrides/resolve.ts";
import { type Values, valueAt } from "../../overrides/values.ts";
import { changes } from "../../tenant/model.ts";
import { type OnboardedTenant, onboardTenant } from "../../tenant/onboard.ts";
import { nearestHint } from "../../yaml/nearest.ts";
import { type Addresses, controlPlaneAddresses, gatewayAddress } from "../addresses.ts";
import { controlPlaneValues } from "../control-plane.ts";
import { checkBefore, type Desired } from "../look.ts";
import { type LateValues, NOT_YET, placeholdersFor } from "../placeholders.ts";
import { isDeployed } from "../plan-release.ts";
import {
  allPlanned,
  desiredReleases,
  planReleases,
  type Records,
  readRecords,
  valuesOfAll,
} from "../releases.ts";
import type { ReportedComponent } from "../report/model.ts";
import { deploymentPage } from "../report/page.ts";
import { nextSteps, runDeployment, throwFailures } from "../run-deployment.ts";
import { type ClusterSession, connect, openSession, type Session, selectComponents } from "../session.ts";
import { readSharedSecrets, type SharedSecrets } from "../shared-secrets.ts";
import { tenantJobs } from "./jobs.ts";
import { tenantMemory } from "./memory.ts";
import { withTenantFacts } from "./values.ts";

export interface TenantOptions {
  config: string;
  tenant: string;
  components: readonly string[];
  /** Address of the API server as the runner reaches it; undefined for the public one. */
  apiUrl?: string;
  timeoutMs: number;
}

export interface TenantReport {
  changed: boolean;
  companyId: string;
  adminUserId: string;
  namespace: string;
  gatewayUrl?: string;
}

/**
 * Onboards a tenant on the ClearML server and deploys its components. Each step looks first whether it is done.
 * @param report called with what is known so far, before anything is thrown
 * @throws UserError with everything that is wrong
 */
export async function deployTenant(
  options: TenantOptions,
  context: Context,
  report: (report: Partial<TenantReport>) => void,
): Promise<void> {
  const session = await openSession(options.config, options.timeoutMs, context);
  const tenant = findTenant(session, options.tenant);
  const uses = componentOrder(selectComponents(tenant.components, options.components));
  report({ namespace: tenant.namespace });
  const charts = uses.filter(({ definition }) => definition.kind === "chart");
  const draft = valuesOfAll(charts, (use) =>
    resolveValues(use, placeholdersFor(use, session.environment, session.secrets, tenant, NOT_YET)),
  );
  const values = controlPlaneValues(session);
  const addresses = controlPlaneAddresses(session.environment, values);
  const cluster = await connect(session);
  const records = await readRecords(cluster, uses);
  await checkReleases(cluster, { mode: "apply", uses, values: draft }, records);
  const shared = await readSharedSecrets(cluster, values);
  const started = Date.now();
  const onboarded = await onboard(cluster, tenant, uses, options.apiUrl ?? addresses.api, shared);
  report({ companyId: onboarded.companyId, adminUserId: onboarded.adminUserId, changed: onboarded.changed });
  const final = valuesOfAll(charts, tenantValues(cluster, tenant, onboarded, shared, addresses, values));
  const planned = allPlanned(await planReleases(cluster, desiredReleases(cluster, final), records));
  const begun = Date.now();
  const jobs = tenantJobs(cluster, tenant, uses, planned, []);
  const { outcome, results, components } = await runDeployment(jobs, context.signal);
  const changed = onboarded.changed || results.some((result) => result.changed);
  const gateway = planned.map((each) => gatewayAddress(each.values)).find((url) => url !== undefined);
  report({ changed, ...(gateway ? { gatewayUrl: gateway } : {}) });
  const onboarding = onboardingPart(onboarded, begun - started);
  context.summary(
    deploymentPage({
      environment: session.environment.name,
      tenant: tenant.name,
      server: cluster.kubernetes.server,
      milliseconds: Date.now() - started,
      components: [onboarding, ...components.map((each) => laterBy(each, begun - started))],
      evidence: [],
      addresses: { gateway },
      nextSteps: nextSteps(outcome),
    }),
  );
  throwFailures(outcome);
}

function findTenant(session: Session, name: string): Tenant {
  const { tenants, file } = session.environment;
  const tenant = tenants.find((each) => each.name === name);
  if (tenant) return tenant;
  throw new UserError({
    message: `input \`tenant\`: ${file} has no tenant \`${name}\``,
    hint: nearestHint(
      name,
      tenants.map((each) => each.name),
    ),
  });
}

/** Makes sure that every chart can be had and fits; with stand-ins for the values that only onboarding knows. */
async function checkReleases(
  cluster: ClusterSession,
  desired: Pick<Desired, "mode" | "uses" | "values">,
  records: Records,
): Promise<void> {
  const unsure = desiredReleases(cluster, desired.values).filter(({ use, reference }) => {
    const record = records.get(use);
    const { version } = reference;
    return !record || !version || !isDeployed(record, { chart: chartName(reference), chartVersion: version });
  });
  const planned = await planReleases(cluster, unsure, records);
  await checkBefore(cluster, desired, planned, records);
  allPlanned(planned);
}

async function onboard(
  cluster: ClusterSession,
  tenant: Tenant,
  uses: readonly ComponentUse[],
  url: string,
  shared: SharedSecrets,
): Promise<OnboardedTenant> {
  const { context, kubernetes } = cluster;
  const api = connectClearml({
    url,
    ...shared.system,
    http: context.http,
    secrets: context.secrets,
    keySource: shared.source,
  });
  // A key the server refuses must be found before the namespace is made.
  await api.claims();
  const made = await ensureNamespace(kubernetes, tenant.namespace, tenant.name);
  const consumers = [
    ...(uses.some((use) => use.id === "agent") ? ["agent"] : []),
    ...(uses.some((use) => use.id === "app-gateway" || use.id === "task-traffic-router") ? ["gateway"] : []),
  ];
  const { name, namespace, company, admin, domains, queues } = tenant;
  const wanted = { name, namespace, company, admin, domains, queues, consumers };
  const onboarded = await onboardTenant(context, api, wanted, tenantMemory(kubernetes, context, namespace));
  return { ...onboarded, changed: made || onboarded.changed };
}

/** The values of the tenant's components: what the files say, then what earlier steps know. */
function tenantValues(
  cluster: ClusterSession,
  tenant: Tenant,
  onboarded: OnboardedTenant,
  shared: SharedSecrets,
  addresses: Addresses,
  controlPlane: Values,
) {
  const pair = onboarded.credentials.agent ?? onboarded.credentials.gateway;
  const late: LateValues = {
    COMPANY_ID: onboarded.companyId,
    ...(pair ? { TENANT_ACCESS_KEY: pair.accessKey, TENANT_SECRET_KEY: pair.secretKey } : {}),
    ...(shared.jwksKey ? { JWKS_KEY: shared.jwksKey } : {}),
    ...(shared.redisPassword ? { REDIS_PASSWORD: shared.redisPassword } : {}),
  };
  const cookieName = valueAt(controlPlane, ["clearml", "cookieName"]);
  return (use: ComponentUse): Values => {
    const values = resolveValues(
      use,
      placeholdersFor(use, cluster.environment, cluster.secrets, tenant, late),
    );
    return withTenantFacts(use.id, values, {
      addresses,
      gateway: onboarded.credentials.gateway ?? { accessKey: "", secretKey: "" },
      ...(shared.jwksKey ? { jwksKey: shared.jwksKey } : {}),
      ...(typeof cookieName === "string" && cookieName !== "" ? { cookieName } : {}),
    });
  };
}

/** The steps at the API server, as one part of the report. */
function onboardingPart(onboarded: OnboardedTenant, milliseconds: number): ReportedComponent {
  const done = [...new Set(onboarded.steps.filter(changes).map((step) => step.kind))];
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

/** The components start when the tenant is there. */
function laterBy(component: ReportedComponent, milliseconds: number): ReportedComponent {
  const phases = component.phases.map(({ name, from, to }) => ({
    name,
    from: from + milliseconds,
    to: to + milliseconds,
  }));
  return { ...component, needs: [...component.needs, "tenant"], phases };
}
