import type { Credentials } from "../../clearml/api.ts";
import { UserError } from "../../core/errors.ts";
import { controlPlaneAddresses } from "../../deploy/addresses.ts";
import { controlPlaneValues } from "../../deploy/control-plane.ts";
import { placeholdersFor } from "../../deploy/placeholders.ts";
import {
  type KnownControlPlane,
  type Onboarded,
  tenantValues,
  wantedTenant,
} from "../../deploy/tenant/desired.ts";
import { cookieNameOf } from "../../deploy/tenant/server.ts";
import type { ComponentUse, Tenant } from "../../environment/model.ts";
import { resolveValues } from "../../overrides/resolve.ts";
import type { Values } from "../../overrides/values.ts";
import type { Facts, ReadMemory } from "../facts.ts";
import type { Scan, Unread } from "../model.ts";
import { unreadFor } from "../unread.ts";
import { standIn } from "./stand-ins.ts";

/** The values that a deployment would use now; with stand-ins for what is not known here. */
export interface DesiredValues {
  values: ReadonlyMap<ComponentUse, Values>;
  /** Components whose files are wrong. */
  unread: readonly Unread[];
}

type DesiredScan = Pick<Scan, "environment" | "secrets" | "uses" | "tenants">;

/** The values of every chart in scope, as the files and what is remembered of tenants make them. */
export async function desiredValues(scan: DesiredScan, facts: Facts): Promise<DesiredValues> {
  const session = { environment: scan.environment, secrets: withStandIns(scan) };
  const charts = scan.uses.filter(({ definition }) => definition.kind === "chart");
  const ofCluster = charts
    .filter(({ tenant }) => tenant === undefined)
    .map((use) =>
      attempt(`values of ${use.id}`, async () => [
        [use, resolveValues(use, placeholdersFor(use, session.environment, session.secrets))] as const,
      ]),
    );
  const shared = sharedOf(session, facts);
  const ofTenants = scan.tenants.map((tenant) => {
    const uses = charts.filter((use) => use.tenant === tenant.name);
    return attempt(`values of tenant ${tenant.name}`, async () => [
      ...tenantValues(session, tenant, uses, shared, await onboardedOf(tenant, shared, facts.memory(tenant))),
    ]);
  });
  const parts = await Promise.all([...ofCluster, ...ofTenants]);
  return {
    values: new Map(parts.flatMap(({ values }) => values)),
    unread: parts.flatMap(({ unread }) => unread),
  };
}

/** Secrets that the step was not given have stand-ins. */
function withStandIns({ environment, secrets }: DesiredScan): ReadonlyMap<string, string> {
  return new Map(environment.secrets.map((name) => [name, secrets.get(name) ?? standIn(name)]));
}

function sharedOf(
  session: Parameters<typeof controlPlaneValues>[0],
  { server, redisPassword }: Facts,
): KnownControlPlane {
  const values = controlPlaneValues(session);
  const jwksKey = server === undefined ? standIn("JWKS_KEY") : server.jwksKey;
  return {
    values,
    addresses: controlPlaneAddresses(session.environment, values),
    ...cookieNameOf(values),
    shared: {
      ...(jwksKey ? { jwksKey } : {}),
      redisPassword: redisPassword ?? standIn("REDIS_PASSWORD"),
    },
  };
}

/** What onboarding has made of a tenant; what nobody remembers has a stand-in. */
async function onboardedOf(
  tenant: Tenant,
  { values }: KnownControlPlane,
  memory: ReadMemory | undefined,
): Promise<Onboarded> {
  // A damaged record is told with the tenant.
  const record = await memory?.load().catch(unlessDamaged);
  const { consumers } = wantedTenant(tenant, { values });
  const pairs = consumers.map(async (consumer): Promise<[string, Credentials]> => {
    return [consumer, (await memory?.loadCredentials(consumer)) ?? UNKNOWN_PAIR];
  });
  const credentials = Object.fromEntries(await Promise.all(pairs));
  return {
    done: true,
    companyId: record?.companyId ?? standIn("COMPANY_ID"),
    credentials: consumers.length > 0 ? credentials : { agent: UNKNOWN_PAIR },
  };
}

const UNKNOWN_PAIR: Credentials = {
  accessKey: standIn("TENANT_ACCESS_KEY"),
  secretKey: standIn("TENANT_SECRET_KEY"),
};

function unlessDamaged(thrown: unknown): undefined {
  if (!(thrown instanceof UserError)) throw thrown;
}

async function attempt(
  scope: string,
  work: () => Promise<readonly (readonly [ComponentUse, Values])[]>,
): Promise<{ values: readonly (readonly [ComponentUse, Values])[]; unread: readonly Unread[] }> {
  try {
    return { values: await work(), unread: [] };
  } catch (thrown) {
    return { values: [], unread: [unreadFor(scope, thrown)] };
  }
}
