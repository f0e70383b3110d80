import { describe, expect, it } from "vitest";
import { withTenantFacts } from "../../../src/deploy/tenant/values.ts";

const facts = {
  addresses: { api: "https://api.x", app: "https://app.x", files: "https://files.x" },
  gateway: { accessKey: "KEY", secretKey: "SECRET" },
  jwksKey: "JWKS",
};

describe("withTenantFacts", () => {
  it("gives the agent its secret and the addresses", () => {
    expect(
      withTenantFacts("agent", { agentk8sglue: { webServerUrlReference: "https://mine" } }, facts),
    ).toEqual({
      clearml: { existingAgentk8sglueSecret: "clearml-agent-credentials" },
      agentk8sglue: {
        apiServerUrlReference: "https://api.x",
        fileServerUrlReference: "https://files.x",
        webServerUrlReference: "https://mine",
      },
    });
  });

  it("gives each gateway the spelling of its chart", () => {
    expect(withTenantFacts("app-gateway", { clearml: { apiKey: "" } }, facts)).toEqual({
      clearml: { apiKey: "KEY", apiSecret: "SECRET", apiServerUrlReference: "https://api.x" },
    });
    expect(withTenantFacts("task-traffic-router", {}, facts)).toEqual({
      clearml: {
        apiServerKey: "KEY",
        apiServerSecret: "SECRET",
        apiServerUrlReference: "https://api.x",
        jwksKey: "JWKS",
      },
    });
  });

  it.each(["apiKey", "apiServerKey", "apiserverKey"])("leaves a gateway's own %s alone", (name) => {
    const clearml = withTenantFacts("task-traffic-router", { clearml: { [name]: "OWN" } }, facts).clearml;
    expect(JSON.stringify(clearml)).not.toContain("SECRET");
  });

  it("does not touch other components", () => {
    expect(withTenantFacts("redis", { auth: {} }, facts)).toEqual({ auth: {} });
  });
});
