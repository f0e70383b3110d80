import { describe, expect, it } from "vitest";
import type { ComponentId } from "../../../src/catalogue/model.ts";
import { gatewayAddress } from "../../../src/deploy/addresses.ts";
import { consumerOf } from "../../../src/deploy/tenant/keys/consumers.ts";
import { tenantNotes, withTenantFacts } from "../../../src/deploy/tenant/values/values.ts";
import type { Values } from "../../../src/overrides/values.ts";
import { FACTS } from "./tenant-facts.ts";

describe("consumerOf", () => {
  it.each<[ComponentId, string | undefined]>([
    ["agent", "agent"],
    ["app-gateway", "gateway"],
    ["task-traffic-router", "gateway"],
    ["network-isolation", undefined],
    ["control-plane", undefined],
  ])("%s runs with the keys of %s", (component, expected) => {
    expect(consumerOf(component)).toBe(expected);
  });
});

describe("values of a component that runs with no keys", () => {
  it("are as the overrides give them", () => {
    const values = { auth: {} };
    expect(withTenantFacts({ id: "redis" }, values, FACTS)).toBe(values);
    expect(tenantNotes({ id: "redis" }, values, FACTS)).toEqual([]);
  });
});

describe("values that are given", () => {
  const agentk8sglue = {
    apiServerUrlReference: "https://a",
    fileServerUrlReference: "s3://b",
    webServerUrlReference: "https://c",
    queues: { own: { templateOverrides: { labels: { team: "x" } } } },
    appsQueue: { enabled: false },
  };
  const gateway = {
    clearml: { apiKey: "OWN", apiSecret: "OWN", apiServerUrlReference: "https://a", authCookieName: "own" },
    ingress: { enabled: false },
    service: { type: "NodePort", nodePort: 31999 },
    externalURL: "http://192.0.2.7:30110",
    router: { extraEnvs: [{ name: "ROUTER__HTTP__AUTHORIZATION__COOKIE__SECURE", value: "true" }] },
    tcpSession: { routerAddress: "192.0.2.7", portRange: { start: 30200, end: 30210 } },
    streamSession: {
      routerAddress: "192.0.2.8",
      service: { type: "LoadBalancer" },
      portRange: { start: 30300, end: 30310 },
    },
  };
  it.each<[ComponentId, Values]>([
    [
      "agent",
      {
        clearml: { existingAgentk8sglueSecret: "own" },
        agentk8sglue,
        sessions: { portModeEnabled: true, agentID: "own" },
      },
    ],
    ["agent", { clearml: { agentk8sglueKey: "OWN", agentk8sglueSecret: "OWN" }, agentk8sglue }],
    ["app-gateway", gateway],
    ["task-traffic-router", { ...gateway, clearml: { ...gateway.clearml, jwksKey: "own" } }],
  ])("of %s stay, whatever the chart's version", (id, values) => {
    for (const version of ["1.2.0", "2.0.0", "3.2.0", "6.14.6"]) {
      const before = structuredClone(values);
      expect(withTenantFacts({ id, version, namespace: "acme" }, values, FACTS)).toEqual(before);
      expect(values).toEqual(before);
    }
  });
});

describe("the address of a gateway", () => {
  const ingress = { enabled: true, hostName: "acme.ml.example.com" };
  it.each<[string, Values, string | undefined]>([
    ["its ingress host", { ingress }, "https://acme.ml.example.com"],
    [
      "its external address first",
      { ingress, externalURL: "https://gw.example.com" },
      "https://gw.example.com",
    ],
    [
      "a node's, where it has no Ingress",
      { ingress: { ...ingress, enabled: false }, externalURL: "http://192.0.2.7:30110" },
      "http://192.0.2.7:30110",
    ],
    [
      "not the host of an Ingress that is switched off",
      { ingress: { ...ingress, enabled: false } },
      undefined,
    ],
    ["none where none is said", {}, undefined],
  ])("is %s", (_, values, expected) => {
    expect(gatewayAddress(values)).toBe(expected);
  });
});
