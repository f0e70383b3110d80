import { describe, expect, it } from "vitest";
import type { TenantChart } from "../../../src/deploy/tenant/values/chart.ts";
import { withTenantFacts } from "../../../src/deploy/tenant/values/values.ts";
import { type Values, valueAt } from "../../../src/overrides/values.ts";
import { FACTS, notes } from "./tenant-facts.ts";

const gateway: TenantChart = { id: "app-gateway" };
const router: TenantChart = { id: "task-traffic-router" };

function filled(chart: TenantChart, values: Values): Values {
  return withTenantFacts(chart, values, FACTS);
}

describe("a gateway", () => {
  it.each<[string, TenantChart, Values]>([
    ["app-gateway", gateway, { apiKey: "GATEWAYKEY", apiSecret: "GATEWAYSECRET" }],
    [
      "the router of the enterprise",
      router,
      { apiServerKey: "GATEWAYKEY", apiServerSecret: "GATEWAYSECRET", jwksKey: "JWKS" },
    ],
    [
      "the oldest router",
      { ...router, chart: "clearml-task-traffic-router" },
      { apiserverKey: "GATEWAYKEY", apiserverSecret: "GATEWAYSECRET", jwksKey: "JWKS" },
    ],
    [
      "the oldest router as a file",
      { ...router, chart: "charts/clearml-task-traffic-router-0.4.0.tgz" },
      { apiserverKey: "GATEWAYKEY", apiserverSecret: "GATEWAYSECRET", jwksKey: "JWKS" },
    ],
  ])("gets credentials as %s spells them, address, cookie, and its keys only", (_, chart, expected) => {
    expect(filled(chart, { clearml: { apiKey: "" } }).clearml).toEqual({
      apiKey: "",
      ...expected,
      apiServerUrlReference: "https://api.x",
      authCookieName: "cookie_x",
    });
  });

  it.each(["apiKey", "apiServerKey", "apiserverKey", "apiSecret"])("leaves its own %s alone", (name) => {
    for (const chart of [gateway, router])
      expect(JSON.stringify(filled(chart, { clearml: { [name]: "OWN" } }))).not.toContain("GATEWAYSECRET");
  });

  it("takes the name of the cookie that is known first-hand", () => {
    const values = withTenantFacts(gateway, {}, { ...FACTS, cookieName: "seen" });
    expect(valueAt(values, ["clearml", "authCookieName"])).toBe("seen");
    const unknown = withTenantFacts(gateway, {}, { ...FACTS, controlPlane: { clearml: { cookieName: "" } } });
    expect(unknown.clearml).not.toHaveProperty("authCookieName");
  });
});

describe("session ports of a gateway", () => {
  const streamSession = {
    routerAddress: "tcp.acme.example",
    service: { type: "LoadBalancer", loadBalancerClass: "metal" },
    portRange: { start: 30100, end: 30120 },
  };
  const asBefore = {
    routerAddress: "tcp.acme.example",
    service: { type: "LoadBalancer" },
    portRange: { start: 30100, end: 30120 },
  };
  it.each<[string, TenantChart, Values | undefined]>([
    ["app-gateway 2.1.2", { ...gateway, version: "2.1.2" }, asBefore],
    ["the router", router, asBefore],
    ["app-gateway 3.0.0", { ...gateway, version: "3.0.0" }, undefined],
    ["an app-gateway of unknown version", gateway, undefined],
  ])("are passed to %s under the name it reads", (_, chart, expected) => {
    const values = filled(chart, { streamSession });
    expect(values.tcpSession).toEqual(expected);
    expect(values.streamSession).toEqual(streamSession);
    const said = notes(chart, { streamSession }).join("\n");
    expect(said.includes("passed on as `tcpSession`")).toBe(expected !== undefined);
  });

  it("fill the empty block of a guide", () => {
    const tcpSession = { routerAddress: "", portRange: { start: null, end: null } };
    expect(filled(router, { tcpSession, streamSession }).tcpSession).toEqual(asBefore);
  });

  it.each(["2.1.2", "3.2.0"])("that stand in `tcpSession` stay there in %s", (version) => {
    const values = filled({ ...gateway, version }, { tcpSession: streamSession });
    expect(values.tcpSession).toEqual(streamSession);
    expect(values).not.toHaveProperty("streamSession");
  });
});

describe("a gateway on a node port", () => {
  const onNode = {
    ingress: { enabled: false },
    service: { type: "NodePort" },
    externalURL: "http://192.0.2.7:30110",
  };
  const plain = { name: "ROUTER__HTTP__AUTHORIZATION__COOKIE__SECURE", value: "false" };

  it("gets the port of its address and a cookie for http", () => {
    const values = filled(gateway, onNode);
    expect(values.service).toEqual({ type: "NodePort", nodePort: 30110 });
    expect(values.router).toEqual({ extraEnvs: [plain] });
    expect(notes(gateway, onNode)).toEqual([]);
  });

  it("keeps the variables it has", () => {
    const other = { name: "ROUTER__LOG", value: "debug" };
    const router = { replicaCount: 2, extraEnvs: [other] };
    expect(filled(gateway, { ...onNode, router }).router).toEqual({
      replicaCount: 2,
      extraEnvs: [other, plain],
    });
    expect(filled(gateway, { ...onNode, router: null }).router).toEqual({ extraEnvs: [plain] });
  });

  it.each<[string, Values]>([
    ["with an Ingress", { ...onNode, ingress: { enabled: true, hostName: "acme.example" } }],
    ["inside the cluster", { ...onNode, service: { type: "ClusterIP" } }],
    ["whose address is no address", { ...onNode, externalURL: "192.0.2.7" }],
  ])("is not what a gateway is %s", (_, values) => {
    const result = filled(gateway, values);
    expect(result.service).toEqual(values.service);
    expect(result).not.toHaveProperty("router");
  });

  it("behind a load balancer of one's own keeps Kubernetes' port and the secure cookie", () => {
    const result = filled(gateway, { ...onNode, externalURL: "https://gw.example.com" });
    expect(result.service).toEqual({ type: "NodePort" });
    expect(result).not.toHaveProperty("router");
  });

  it("of the old chart has no such way", () => {
    expect(filled(router, onNode).service).toEqual({ type: "NodePort" });
  });

  it("without an address is named", () => {
    const { externalURL: _, ...values } = onNode;
    expect(notes(gateway, values)).toEqual([expect.stringMatching(/has no `externalURL`/)]);
  });
});
