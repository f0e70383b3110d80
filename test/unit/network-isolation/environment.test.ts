import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../src/catalogue/index.ts";
import type { ComponentId } from "../../../src/catalogue/model.ts";
import type { ComponentUse } from "../../../src/environment/model.ts";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import {
  type NeighbourRelease,
  sharedPolicies,
  tenantPolicies,
} from "../../../src/network-isolation/environment.ts";
import type { Values } from "../../../src/overrides/values.ts";
import { admits, type Source } from "../../support/network-policies.ts";

const INGRESS: Source = { namespace: "ingress-nginx" };
const TENANT: Source = { namespace: "acme", namespaceLabels: { "clearml-actions/tenant": "acme" } };
const OTHER: Source = { namespace: "somebody" };

function release(
  id: ComponentId,
  changes: { values?: Values; objects?: KubernetesObject[]; chart?: string } & Partial<ComponentUse> = {},
): NeighbourRelease {
  const { values = {}, objects = [], chart = CATALOGUE[id].charts[0]?.name ?? id, ...rest } = changes;
  const { namespace = "clearml", release: name } = CATALOGUE[id];
  const use = { id, definition: CATALOGUE[id], enabled: true, namespace, release: name, ...rest };
  return { use: use as ComponentUse, chart, values, objects };
}

function object(
  kind: string,
  name: string,
  rest: object,
  annotations?: Record<string, string>,
): KubernetesObject {
  return { apiVersion: "v1", kind, metadata: { name, ...(annotations ? { annotations } : {}) }, ...rest };
}

const service = (name: string, spec: object) => object("Service", name, { spec });
const ingressFor = (name: string) =>
  object("Ingress", name, { spec: { rules: [{ http: { paths: [{ backend: { service: { name } } }] } }] } });

/** Sources that reach a port of pods with these labels. */
function reachedBy(
  policies: KubernetesObject[],
  namespace: string,
  labels: Record<string, string>,
  port: number,
): string[] {
  const sources: Record<string, Source> = {
    outside: "outside",
    ingress: INGRESS,
    tenant: TENANT,
    other: OTHER,
    itself: { namespace },
  };
  return Object.keys(sources).filter((name) =>
    admits(policies, sources[name] as Source, { namespace, labels, port, ports: { http: 8080 } }),
  );
}

describe("sharedPolicies", () => {
  const server = (fullname: string) => ({ "app.kubernetes.io/name": fullname });

  it.each([
    ["clearml", {}, "clearml-clearml-enterprise"],
    ["clearml-enterprise", {}, "clearml-enterprise"],
    ["clearml", { nameOverride: "server" }, "clearml-server"],
    ["clearml", { nameOverride: "clear" }, "clearml"],
    ["clearml", { fullnameOverride: "ml" }, "ml"],
  ])(
    "opens the servers of release %s with %j, and closes the rest of the namespace",
    (name, values, full) => {
      const policies = sharedPolicies([release("control-plane", { release: name, values })], "ingress-nginx");
      expect(reachedBy(policies, "clearml", server(full), 8008)).toEqual([
        "outside",
        "ingress",
        "tenant",
        "itself",
      ]);
      expect(reachedBy(policies, "clearml", server("mongodb"), 27017)).toEqual(["itself"]);
    },
  );

  it("lets components of other namespaces call the servers", () => {
    const events = release("custom-events", { namespace: "events" });
    const policies = sharedPolicies([release("control-plane"), events], "ingress-nginx");
    const target = { namespace: "clearml", labels: server("clearml-clearml-enterprise"), port: 8008 };
    expect(admits(policies, { namespace: "events" }, target)).toBe(true);
    expect(admits(policies, OTHER, target)).toBe(false);
  });

  it("opens neighbours of the servers to the ingress controller where they have an Ingress, and nothing else", () => {
    const objects = [
      service("presign", { selector: { app: "presign" }, ports: [{ port: 80, targetPort: 8080 }] }),
      service("inner", { selector: { app: "inner" }, ports: [{ port: 80 }] }),
      ingressFor("presign"),
    ];
    const policies = sharedPolicies(
      [release("control-plane"), release("presign-service", { objects })],
      "ingress-nginx",
    );
    expect(reachedBy(policies, "clearml", { app: "presign" }, 8080)).toEqual(["ingress", "itself"]);
    expect(reachedBy(policies, "clearml", { app: "presign" }, 80)).toEqual(["itself"]);
    expect(reachedBy(policies, "clearml", { app: "inner" }, 80)).toEqual(["itself"]);
  });

  it.each([
    ["HTTPRoute", { spec: { rules: [{ backendRefs: [{ name: "a", port: 80 }] }] } }, ["ingress", "itself"]],
    ["Route", { spec: { to: { kind: "Service", name: "a" } } }, ["ingress", "itself"]],
    [
      "MutatingWebhookConfiguration",
      { webhooks: [{ clientConfig: { service: { name: "a", namespace: "clearml" } } }] },
      ["outside", "itself"],
    ],
    [
      "CustomResourceDefinition",
      {
        spec: {
          conversion: { webhook: { clientConfig: { service: { name: "a", namespace: "elsewhere" } } } },
        },
      },
      ["itself"],
    ],
    [
      "ServiceMonitor",
      { spec: { selector: {}, endpoints: [{ port: "web" }] } },
      ["ingress", "other", "itself"],
    ],
    ["PodMonitor", { spec: { podMetricsEndpoints: [{ port: "another" }] } }, ["itself"]],
  ])("reads from a %s who must get in", (kind, rest, expected) => {
    const objects = [
      service("a", { selector: { app: "a" }, ports: [{ name: "web", port: 80 }] }),
      object(kind, "x", rest),
    ];
    const events = release("custom-events", { objects });
    const policies = sharedPolicies([release("control-plane"), events], "ingress-nginx");
    expect(reachedBy(policies, "clearml", { app: "a" }, 80)).toEqual(expected);
  });

  it("lets monitoring, but no tenant, read the ports that pods say are scraped", () => {
    const annotations = { "prometheus.io/scrape": "true", "prometheus.io/port": "9121" };
    const template = { metadata: { labels: { app: "r" }, annotations } };
    const objects = [
      object("StatefulSet", "r", { spec: { template } }),
      service("r", { selector: { app: "r" }, ports: [{ port: 9121 }, { port: 6379 }] }),
    ];
    const policies = sharedPolicies([release("redis", { objects })], "ingress-nginx");
    expect(reachedBy(policies, "redis-shared", { app: "r" }, 9121)).toEqual(["ingress", "other", "itself"]);
    expect(reachedBy(policies, "redis-shared", { app: "r" }, 6379)).toEqual(["tenant", "itself"]);
  });

  it("admits billing's connections from the control plane alone, also when both share a namespace", () => {
    const apart = sharedPolicies([release("control-plane"), release("billing")], "ingress-nginx");
    expect(reachedBy(apart, "clearml-billing", { app: "kafka" }, 9092)).toEqual(["itself"]);
    expect(
      admits(apart, { namespace: "clearml" }, { namespace: "clearml-billing", labels: {}, port: 9092 }),
    ).toBe(true);
    const together = [release("control-plane"), release("billing", { namespace: "clearml" })];
    const policies = sharedPolicies(together, "ingress-nginx");
    expect(reachedBy(policies, "clearml", server("clearml-clearml-enterprise"), 8008)).toContain("outside");
    expect(reachedBy(policies, "clearml", { app: "kafka" }, 9092)).toEqual(["itself"]);
  });

  it("opens nothing but Redis where Redis shares the control plane's namespace", () => {
    const redis = release("redis", {
      namespace: "clearml",
      values: { master: { containerPorts: { redis: 7000 } } },
    });
    const policies = sharedPolicies([release("control-plane"), redis], "ingress-nginx");
    const shared = { "app.kubernetes.io/name": "redis", "app.kubernetes.io/instance": "redis" };
    expect(reachedBy(policies, "clearml", shared, 7000)).toEqual(["tenant", "itself"]);
    const own = { "app.kubernetes.io/name": "redis", "app.kubernetes.io/instance": "clearml" };
    expect(reachedBy(policies, "clearml", own, 7000)).toEqual(["itself"]);
  });
});

describe("tenantPolicies", () => {
  const gateway = (type: string) =>
    release("app-gateway", {
      namespace: "acme",
      objects: [
        service("gw", { type, selector: { app: "gw" }, ports: [{ port: 8080, targetPort: "http" }] }),
        service("gw-stream", { type: "LoadBalancer", selector: { app: "gw" }, ports: ports(30100, 30103) }),
        ingressFor("gw"),
      ],
    });
  const ports = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => ({ port: from + index, targetPort: from + index }));

  it("admits the ingress controller to the gateway, and everybody to its streams", () => {
    const policies = tenantPolicies("acme", [gateway("ClusterIP")], "ingress-nginx");
    expect(reachedBy(policies, "acme", { app: "gw" }, 8080)).toEqual(["ingress", "tenant", "itself"]);
    expect(reachedBy(policies, "acme", { app: "gw" }, 30103)).toEqual(["outside", "tenant", "itself"]);
    expect(reachedBy(policies, "acme", { app: "gw" }, 30104)).toEqual(["tenant", "itself"]);
    expect(reachedBy(policies, "acme", { app: "task" }, 8888)).toEqual(["tenant", "itself"]);
  });

  it("admits everybody and the ingress controller to a gateway that has both", () => {
    const policies = tenantPolicies("acme", [gateway("NodePort")], "ingress-nginx");
    expect(reachedBy(policies, "acme", { app: "gw" }, 8080)).toEqual([
      "outside",
      "ingress",
      "tenant",
      "itself",
    ]);
  });

  it.each([
    [{ portModeEnabled: true }, ["outside", "tenant", "itself"]],
    [{ portModeEnabled: true, svcType: "ClusterIP" }, ["ingress", "tenant", "itself"]],
    [{ portModeEnabled: false }, ["tenant", "itself"]],
    [undefined, ["tenant", "itself"]],
  ])("with sessions %j admits %j to a session", (sessions, expected) => {
    const objects = [3, 4].map((number) =>
      service(`clearml-session-${number}`, {
        type: "NodePort",
        selector: { "ai.allegro.agent.serial": `pod-${number}` },
        ports: [{ port: 10022, targetPort: 10022 }],
      }),
    );
    const agent = release("agent", {
      namespace: "acme",
      values: { sessions },
      objects: sessions ? objects : [],
    });
    const policies = tenantPolicies("acme", [agent], "ingress-nginx");
    expect(policies.length).toBeLessThan(3);
    expect(reachedBy(policies, "acme", { "ai.allegro.agent.serial": "pod-4" }, 10022)).toEqual(expected);
    expect(reachedBy(policies, "acme", { app: "task" }, 10022)).toEqual(["tenant", "itself"]);
  });

  it("says nothing about releases outside the tenant's namespace", () => {
    const objects = [service("s", { type: "LoadBalancer", selector: { app: "s" }, ports: [{ port: 80 }] })];
    const serving = release("serving", { namespace: "serving", objects });
    const policies = tenantPolicies("acme", [serving], "ingress-nginx");
    expect(policies.map(({ metadata }) => metadata.name)).toEqual(["default-deny-ingress"]);
  });
});
