import type { TenantFacts } from "../../../src/deploy/tenant/values.ts";

/** What a deployment knows of a tenant, for tests of its values. */
export const FACTS = {
  addresses: { api: "https://api.x", app: "https://app.x", files: "https://files.x" },
  gateway: { accessKey: "GATEWAYKEY", secretKey: "GATEWAYSECRET" },
  agent: { accessKey: "AGENTKEY", secretKey: "AGENTSECRET" },
  jwksKey: "JWKS",
  controlPlane: { clearml: { cookieName: "cookie_x" }, clearmlApplications: { queueMode: "per_tenant" } },
  queues: ["default", "team.a"],
} satisfies TenantFacts;
