import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  type Charts,
  type KubernetesObject,
  MAJORS,
  NEEDED,
  packagedCharts,
  type Values,
} from "./chart-rendering.ts";

const DEMO = resolve(import.meta.dirname, "../../workflows-examples/demo");

let charts: Charts;
beforeAll(async () => {
  charts = await packagedCharts();
});
afterAll(() => charts?.remove());

/** Maps merged, as Helm merges values. */
function merged(base: unknown, over: unknown): unknown {
  const isMap = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap(base) || !isMap(over)) return over ?? base;
  const result = { ...(base as Values) };
  for (const [key, value] of Object.entries(over as Values)) result[key] = merged(result[key], value);
  return result;
}

function rendered(chart: string, values: Values): KubernetesObject[] {
  return charts.render(chart, { values: merged(NEEDED[chart]?.values, values) as Values });
}

describe("the example environment", () => {
  it.each([
    ["overrides/control-plane.yaml", "clearml-enterprise"],
    ["overrides/redis.yaml", "redis"],
    ["tenants/acme/agent.yaml", "clearml-enterprise-agent"],
    ["tenants/globex/agent.yaml", "clearml-enterprise-agent"],
    ["tenants/acme/gateway.yaml", "clearml-enterprise-app-gateway"],
    ["tenants/globex/router.yaml", "clearml-enterprise-task-traffic-router"],
  ])("%s is taken by %s", (file, chart) => {
    const text = readFileSync(join(DEMO, file), "utf8").replace(/\$\{([A-Z_]+)\}/g, (_, name: string) =>
      name.toLowerCase().replaceAll("_", "-"),
    );
    const values = parse(text) as Values;
    for (const major of MAJORS) {
      const all = merged(NEEDED[chart]?.values, values) as Values;
      expect(charts.render(chart, { values: all, major }).length).toBeGreaterThan(3);
    }
    const objects = JSON.stringify(rendered(chart, values));
    for (const host of text.matchAll(/hostName: (\S+)/g)) expect(objects).toContain(`"host":"${host[1]}"`);
  });
});

describe("ingresses", () => {
  it("carry class, host and certificate", () => {
    const ingress = {
      enabled: true,
      hostName: "api.example.com",
      ingressClassName: "nginx",
      tlsSecretName: "wildcard",
      annotations: { "cert-manager.io/cluster-issuer": "letsencrypt" },
    };
    const objects = rendered("clearml-enterprise", { apiserver: { ingress } });
    expect(objects.filter(({ kind }) => kind === "Ingress")).toMatchObject([
      {
        metadata: { annotations: ingress.annotations },
        spec: {
          ingressClassName: "nginx",
          tls: [{ hosts: ["api.example.com"], secretName: "wildcard" }],
          rules: [
            {
              host: "api.example.com",
              http: {
                paths: [{ backend: { service: { name: "clearml-clearml-enterprise-apiserver" } } }],
              },
            },
          ],
        },
      },
    ]);
  });
});

describe("stream ports of the gateways", () => {
  const GATEWAY = "clearml-enterprise-app-gateway";
  const ROUTER = "clearml-enterprise-task-traffic-router";
  const range = { routerAddress: "tcp.example.com", portRange: { start: 30100, end: 30102 } };
  const streams = (objects: readonly KubernetesObject[]) =>
    objects.find(({ kind, metadata }) => kind === "Service" && metadata.name.endsWith("-stream"))?.spec;

  it.each([
    [GATEWAY, "streamSession"],
    [GATEWAY, "tcpSession"],
    [ROUTER, "tcpSession"],
  ])("%s opens one port for each number of %s, as node ports", (chart, block) => {
    const spec = streams(rendered(chart, { [block]: range }));
    expect(spec?.type).toBe("NodePort");
    expect(spec?.ports?.map(({ port, nodePort }) => [port, nodePort])).toEqual([
      [30100, 30100],
      [30101, 30101],
      [30102, 30102],
    ]);
  });

  it("a load balancer takes no node port from others", () => {
    const streamSession = { ...range, service: { type: "LoadBalancer" } };
    const spec = streams(rendered(GATEWAY, { streamSession }));
    expect(spec).toMatchObject({ type: "LoadBalancer", allocateLoadBalancerNodePorts: false });
  });

  it.each([GATEWAY, ROUTER])("%s has no such Service without a range", (chart) => {
    expect(streams(rendered(chart, {}))).toBeUndefined();
  });

  it("the gateway brings a NetworkPolicy that opens them", () => {
    const policy = rendered(GATEWAY, { streamSession: range }).find(({ kind }) => kind === "NetworkPolicy");
    expect(policy).toMatchObject({
      spec: { ingress: [{ ports: [{ port: 8080 }, { port: 30100, endPort: 30102 }] }] },
    });
  });
});

describe("older versions", () => {
  it.each([
    ["clearml-enterprise", "3.21.6"],
    ["clearml-enterprise", "10.11.7"],
    ["clearml-enterprise-agent", "1.24.0"],
    ["clearml-enterprise-agent", "6.13.9"],
    ["clearml-enterprise-app-gateway", "2.1.2"],
    ["clearml-enterprise-task-traffic-router", "1.2.0"],
  ])("%s %s renders", (chart, version) => {
    for (const major of MAJORS) expect(charts.render(chart, { version, major }).length).toBeGreaterThan(3);
  });

  it("the gateway before 3.0.0 ignores streamSession and brings no policy", () => {
    const range = { routerAddress: "tcp.example.com", portRange: { start: 30100, end: 30102 } };
    const chart = "clearml-enterprise-app-gateway";
    const values = { ...NEEDED[chart]?.values, streamSession: range };
    const objects = charts.render(chart, { version: "2.1.2", values });
    expect(objects.filter(({ kind }) => kind === "NetworkPolicy")).toEqual([]);
    expect(objects.filter(({ kind }) => kind === "Service")).toHaveLength(1);
  });
});

describe("keys of other generations", () => {
  const credentials = (key: string, secret: string) => ({
    imageCredentials: { password: "token" },
    clearml: { apiServerUrlReference: "http://api:8008", jwksKey: "signing", [key]: "K", [secret]: "S" },
  });

  it.each([
    ["clearml-enterprise-app-gateway", "apiKey", "apiSecret"],
    ["clearml-enterprise-app-gateway", "apiServerKey", "apiServerSecret"],
    ["clearml-enterprise-app-gateway", "apiserverKey", "apiserverSecret"],
    ["clearml-enterprise-task-traffic-router", "apiServerKey", "apiServerSecret"],
    ["clearml-enterprise-task-traffic-router", "apiserverKey", "apiserverSecret"],
  ])("%s reads %s", (chart, key, secret) => {
    const objects = charts.render(chart, { values: credentials(key, secret) });
    expect(objects.filter(({ type }) => type === "Opaque")).toMatchObject([
      { data: { api_key: btoa("K"), api_secret: btoa("S") } },
    ]);
  });

  it("the router does not know those of the gateway", () => {
    const values = credentials("apiKey", "apiSecret");
    expect(charts.refusal("clearml-enterprise-task-traffic-router", { values })).toContain(
      "clearml.apiServerKey is required",
    );
  });
});

describe("what is passed through", () => {
  it("variables, configuration files and annotations of the API server", () => {
    const apiserver = {
      extraEnvs: [{ name: "CLEARML__apiserver__company__unique_names", value: "true" }],
      additionalConfigs: { "services.conf": 'auth { enabled: "x" }' },
      podAnnotations: { "clearml-actions.test/fail": "crash" },
    };
    const objects = rendered("clearml-enterprise", { apiserver });
    const deployment = objects.find(
      ({ metadata, kind }) => kind === "Deployment" && metadata.name.endsWith("-apiserver"),
    );
    expect(deployment).toMatchObject({
      spec: {
        template: {
          metadata: { annotations: apiserver.podAnnotations },
          spec: { containers: [{ env: expect.arrayContaining(apiserver.extraEnvs) }] },
        },
      },
    });
    expect(objects.filter(({ kind }) => kind === "ConfigMap")).toMatchObject([
      { data: apiserver.additionalConfigs },
    ]);
  });

  it("the queues of an agent", () => {
    const queues = { gpu: { templateOverrides: { resources: { limits: { "nvidia.com/gpu": 1 } } } } };
    const objects = rendered("clearml-enterprise-agent", { agentk8sglue: { queues } });
    const text = JSON.stringify(objects);
    expect(text).toContain('{"name":"K8S_GLUE_QUEUE","value":"default gpu"}');
    expect(text).toContain("nvidia.com/gpu: 1");
  });

  it("certificates of a private authority", () => {
    const customCertificates = { extraCerts: [{ alias: "company", pem: "-----BEGIN CERTIFICATE-----" }] };
    const objects = rendered("clearml-enterprise", { customCertificates });
    expect(objects.filter(({ kind }) => kind === "ConfigMap")).toMatchObject([
      { data: { "company.crt": "-----BEGIN CERTIFICATE-----" } },
    ]);
  });
});
