import type { Credentials } from "../../clearml/api.ts";
import type { ComponentUse, Tenant } from "../../environment/model.ts";
import { resolveValues } from "../../overrides/resolve.ts";
import type { Values } from "../../overrides/values.ts";
import type { WantedTenant } from "../../tenant/model.ts";
import { type LateValues, NOT_YET, placeholdersFor } from "../placeholders.ts";
import { valuesOfAll } from "../releases.ts";
import type { Session } from "../session.ts";
import { consumerOf } from "./keys/consumers.ts";
import type { ControlPlane } from "./server.ts";
import { runsApplications } from "./values/agent.ts";
import { tenantNotes, withTenantFacts } from "./values/values.ts";

/** What is known of a tenant's place on the server. */
export interface Onboarded {
  /** Whether onboarding is done: nothing has a stand-in any more. */
  done: boolean;
  companyId?: string | undefined;
  /** Key pairs by consumer. */
  credentials: Readonly<Record<string, Credentials>>;
}

/** What the values of a tenant's charts rest on. */
export type KnownControlPlane = Pick<ControlPlane, "addresses" | "values" | "cookieName"> & {
  shared: Pick<ControlPlane["shared"], "jwksKey" | "redisPassword">;
};

/** The tenant as it should be on the ClearML server. */
export function wantedTenant(tenant: Tenant, { values }: Pick<ControlPlane, "values">): WantedTenant {
  const { name, namespace, company, domains, queues, components } = tenant;
  const consumers = components.flatMap(({ id, enabled }) => (enabled && consumerOf(id)) || []);
  const admin = {
    ...tenant.admin,
    ...(runsApplications({ controlPlane: values }) ? { internal: true } : {}),
  };
  return { name, namespace, company, admin, domains, queues, consumers: [...new Set(consumers)] };
}

/**
 * The values of a tenant's charts: what the files say, then what earlier steps know.
 * @param onboarded before it is done, what is not known has a stand-in, so that a plan can be made
 * @throws UserError with what is wrong in any of the files
 */
export function tenantValues(
  session: Pick<Session, "environment" | "secrets">,
  tenant: Tenant,
  uses: readonly ComponentUse[],
  controlPlane: KnownControlPlane,
  onboarded: Onboarded,
): Map<ComponentUse, Values> {
  const { shared, addresses, cookieName, values: serverValues } = controlPlane;
  const { credentials } = onboarded;
  const facts = {
    addresses,
    gateway: credentials.gateway ?? STAND_IN,
    agent: credentials.agent ?? STAND_IN,
    queues: tenant.queues,
    controlPlane: serverValues,
    ...(shared.jwksKey ? { jwksKey: shared.jwksKey } : {}),
    ...(cookieName ? { cookieName } : {}),
  };
  const charts = uses.filter(({ definition }) => definition.kind === "chart");
  return valuesOfAll(charts, (use) => {
    const late = lateValues(use, shared, onboarded);
    const placeholders = placeholdersFor(use, session.environment, session.secrets, tenant, late);
    return withTenantFacts(use, resolveValues(use, placeholders), facts);
  });
}

function lateValues(
  { id }: ComponentUse,
  { jwksKey, redisPassword }: KnownControlPlane["shared"],
  { done, companyId, credentials }: Onboarded,
): LateValues {
  // Each consumer its own pair: that of another may be revoked while this one still runs with it.
  const pair = credentials[consumerOf(id) ?? ""] ?? credentials.agent ?? credentials.gateway;
  return {
    ...(done ? {} : NOT_YET),
    ...(companyId ? { COMPANY_ID: companyId } : {}),
    ...(pair ? { TENANT_ACCESS_KEY: pair.accessKey, TENANT_SECRET_KEY: pair.secretKey } : {}),
    ...(jwksKey ? { JWKS_KEY: jwksKey } : {}),
    ...(redisPassword ? { REDIS_PASSWORD: redisPassword } : {}),
  };
}

/** What people should know about the tenant's values, each a line. */
export function valueNotes(
  { queues }: Tenant,
  values: ReadonlyMap<ComponentUse, Values>,
  controlPlane: Pick<ControlPlane, "values">,
): string[] {
  const facts = { queues, controlPlane: controlPlane.values };
  return [...values].flatMap(([use, each]) =>
    tenantNotes(use, each, facts).map((note) => `${use.id}: ${note}`),
  );
}

/** In the place of a pair that onboarding will make. */
const STAND_IN: Credentials = {
  accessKey: NOT_YET.TENANT_ACCESS_KEY,
  secretKey: NOT_YET.TENANT_SECRET_KEY,
};
