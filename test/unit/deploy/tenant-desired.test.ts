import { describe, expect, it } from "vitest";
import type { Session } from "../../../src/deploy/session.ts";
import { tenantValues } from "../../../src/deploy/tenant/desired.ts";
import type { ControlPlane } from "../../../src/deploy/tenant/server.ts";
import type { ComponentUse, Tenant } from "../../../src/environment/model.ts";
import { parseYaml } from "../../../src/yaml/source.ts";

const AGENT = { accessKey: "AGENTKEY", secretKey: "agent-secret" };
const GATEWAY = { accessKey: "GATEWAYKEY", secretKey: "gateway-secret" };

const controlPlane = {
  shared: { system: AGENT, source: "", jwksKey: "signing" },
  addresses: { api: "https://api", app: "https://app", files: "https://files" },
  values: {},
} as unknown as ControlPlane;
const session = {
  environment: { baseDomain: "ml.example.com", variables: {}, secrets: [] },
  secrets: new Map(),
} as unknown as Session;
const tenant = { name: "acme", queues: ["default"] } as unknown as Tenant;

/** What a component's `${…}` become. */
function given(id: string, onboarded: Parameters<typeof tenantValues>[4]) {
  const source = parseYaml("{}", "values.yaml");
  const use = {
    ...{ id, definition: { kind: "chart" }, namespace: "acme", release: id, overrides: [], source, path: [] },
    values: { own: "${TENANT_ACCESS_KEY}/${TENANT_SECRET_KEY}", company: "${COMPANY_ID}" },
  } as unknown as ComponentUse;
  const values = tenantValues(session, tenant, [use], controlPlane, onboarded).get(use);
  return [values?.own, values?.company];
}

describe("what onboarding knows, in overrides", () => {
  it.each([
    ["agent", "AGENTKEY/agent-secret"],
    ["app-gateway", "GATEWAYKEY/gateway-secret"],
    ["task-traffic-router", "GATEWAYKEY/gateway-secret"],
    ["serving", "AGENTKEY/agent-secret"],
  ])("is for %s the pair %s", (id, pair) => {
    const credentials = { agent: AGENT, gateway: GATEWAY };
    expect(given(id, { done: true, companyId: "c".repeat(32), credentials })).toEqual([pair, "c".repeat(32)]);
  });

  it("has stand-ins before it, so that a plan can be made", () => {
    expect(given("agent", { done: false, credentials: {} })).toEqual([
      "KNOWN-ONCE-ONBOARDED/KNOWN-ONCE-ONBOARDED",
      "0".repeat(32),
    ]);
  });

  it("has none after it: what nobody made is refused", () => {
    expect(() => given("serving", { done: true, companyId: "c".repeat(32), credentials: {} })).toThrow(
      /TENANT_ACCESS_KEY/,
    );
  });
});
