import type { TenantChart } from "../../../src/deploy/tenant/values/chart.ts";
import type { TenantFacts } from "../../../src/deploy/tenant/values/facts.ts";
import { tenantNotes, withTenantFacts } from "../../../src/deploy/tenant/values/values.ts";
import type { Values } from "../../../src/overrides/values.ts";

/** What a deployment knows of a tenant, for tests of its values. */
export const FACTS = {
  addresses: { api: "https://api.x", app: "https://app.x", files: "https://files.x" },
  gateway: { accessKey: "GATEWAYKEY", secretKey: "GATEWAYSECRET" },
  agent: { accessKey: "AGENTKEY", secretKey: "AGENTSECRET" },
  jwksKey: "JWKS",
  controlPlane: { clearml: { cookieName: "cookie_x" }, clearmlApplications: { queueMode: "per_tenant" } },
  queues: ["default", "team.a"],
} satisfies TenantFacts;

/** What is said about overrides once everything is filled in. */
export function notes(chart: TenantChart, overrides: Values, facts: TenantFacts = FACTS): string[] {
  return tenantNotes(chart, withTenantFacts(chart, overrides, facts), facts);
}
