import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CHARTS,
  type Charts,
  KUBERNETES,
  type KubernetesObject,
  MAJORS,
  NEEDED,
  names,
  packagedCharts,
  type Values,
} from "./chart-rendering.ts";

let charts: Charts;
beforeAll(async () => {
  charts = await packagedCharts();
});
afterAll(() => charts?.remove());

/** Every text below a key of this name, at any depth. */
function below(value: unknown, name: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === name && typeof each === "string" ? [each] : below(each, name),
  );
}

function podLabels(objects: readonly KubernetesObject[]): Record<string, string>[] {
  return objects.flatMap(({ spec }) => (spec?.template ? [spec.template.metadata.labels] : []));
}

function selects(selector: Record<string, string>, labels: Record<string, string>): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

const CASES = Object.keys(NEEDED).flatMap((chart) => MAJORS.map((major) => [chart, major] as const));

describe("every chart", () => {
  it("is in the table above", () => {
    const folders = readdirSync(CHARTS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name)).toEqual(Object.keys(NEEDED).sort());
  });

  it.each(CASES)("%s pleases the linter of %s", (chart, major) => {
    const args = ["lint", charts.archive(chart), "--kube-version", KUBERNETES, "-f", "-"];
    expect(charts.helm(major, args, NEEDED[chart]?.values)).toContain("1 chart(s) linted, 0 chart(s) failed");
  });

  it.each(CASES)("%s renders with %s, each object once", (chart, major) => {
    const objects = charts.render(chart, { major });
    const ids = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(ids.length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(Object.keys(NEEDED))("%s sends no Service to nowhere", (chart) => {
    const objects = charts.render(chart);
    for (const { kind, metadata, spec } of objects) {
      if (kind !== "Service") continue;
      const selector = spec?.selector ?? {};
      const found = podLabels(objects).filter((labels) => selects(selector, labels));
      expect(found, metadata.name).not.toEqual([]);
    }
  });

  it.each(Object.keys(NEEDED))("%s makes the secrets, accounts and claims its pods name", (chart) => {
    const objects = charts.render(chart);
    const pods = objects.map(({ spec }) => spec?.template);
    expect(names(objects, "Secret")).toEqual(expect.arrayContaining(below(pods, "secretName")));
    expect(names(objects, "PersistentVolumeClaim")).toEqual(expect.arrayContaining(below(pods, "claimName")));
    expect(names(objects, "ServiceAccount")).toEqual(
      expect.arrayContaining(below(pods, "serviceAccountName")),
    );
    const referenced = [...JSON.stringify(pods).matchAll(/"secretKeyRef":(\{[^}]*\})/g)].map(
      ([, json]) => JSON.parse(json ?? "") as { name: string; key: string },
    );
    for (const { name, key } of referenced) {
      const secret = objects.find((object) => object.kind === "Secret" && object.metadata.name === name);
      expect(Object.keys(secret?.data ?? {}), `${name} of ${chart}`).toContain(key);
    }
  });
});

const set = (values: Values, path: string, value: unknown): Values => {
  const [first = "", ...rest] = path.split(".");
  const next = rest.length > 0 ? set((values[first] ?? {}) as Values, rest.join("."), value) : value;
  return { ...values, [first]: next };
};
const needed = (chart: string, changes: Values = {}) =>
  Object.entries(changes).reduce(
    (values, [path, value]) => set(values, path, value),
    NEEDED[chart]?.values ?? {},
  );

describe("names other objects depend on", () => {
  it.each([
    ["clearml", "clearml-clearml-enterprise"],
    ["clearml-enterprise", "clearml-enterprise"],
  ])("release %s of the control plane makes %s", (release, fullname) => {
    const objects = charts.render("clearml-enterprise", { release });
    const ports = objects
      .filter(({ kind, metadata }) => kind === "Service" && metadata.name.startsWith(fullname))
      .map(({ metadata, spec }) => [metadata.name, spec?.ports?.[0]?.port]);
    expect(ports).toEqual(
      expect.arrayContaining([
        [`${fullname}-apiserver`, 8008],
        [`${fullname}-fileserver`, 8081],
        [`${fullname}-webserver`, 8080],
      ]),
    );
    expect(names(objects, "PersistentVolumeClaim")).toContain(`${fullname}-fileserver-data`);
    expect(podLabels(objects)).toContainEqual(
      expect.objectContaining({
        "app.kubernetes.io/name": fullname,
        "app.kubernetes.io/instance": `${fullname}-apiserver`,
      }),
    );
  });

  it("clearml-conf holds the seven keys, and is left out for a secret of the user's", () => {
    const objects = charts.render("clearml-enterprise");
    const conf = objects.find(({ metadata }) => metadata.name === "clearml-conf");
    expect(Object.keys(conf?.data ?? {}).sort()).toEqual([
      "apiserver_key",
      "apiserver_secret",
      "fileserver_key",
      "fileserver_secret",
      "secure_auth_token_secret",
      "test_user_key",
      "test_user_secret",
    ]);
    const values = needed("clearml-enterprise", { "clearml.existingSecret": "own" });
    const own = charts.render("clearml-enterprise", { values });
    expect(names(own, "Secret")).not.toContain("clearml-conf");
    expect(JSON.stringify(own)).toContain('"name":"own"');
  });

  it.each([
    ["redis", "Service", "redis-master"],
    ["redis", "Service", "redis-headless"],
    ["redis", "StatefulSet", "redis-master"],
    ["redis", "Secret", "redis"],
    ["gpu-operator", "DaemonSet", "nvidia-device-plugin-daemonset"],
    ["clearml-enterprise-app-gateway", "Service", "clearml-app-gateway-clearml-enterprise-app-gateway"],
    ["clearml-enterprise-agent", "Deployment", "clearml-agent-clearml-enterprise-agent"],
  ])("%s makes %s %s", (chart, kind, name) => {
    expect(names(charts.render(chart), kind)).toContain(name);
  });

  it("billing listens where the API server looks for it", () => {
    const ports = charts
      .render("clearml-billing")
      .filter(({ kind }) => kind === "Service")
      .map(({ metadata, spec }) => [metadata.name, spec?.ports?.[0]?.port]);
    expect(ports).toEqual([
      ["clearml-billing-kafka", 9092],
      ["clearml-billing-redis-master", 6379],
    ]);
  });

  it("the device plugin's pods are found by label and container", () => {
    const daemonset = charts
      .render("gpu-operator")
      .find(({ metadata }) => metadata.name === "nvidia-device-plugin-daemonset");
    expect(podLabels(daemonset ? [daemonset] : [])).toEqual([{ app: "nvidia-device-plugin-daemonset" }]);
    expect(JSON.stringify(daemonset)).toContain('"name":"nvidia-device-plugin"');
  });
});

describe("refusals", () => {
  const closed = Object.keys(NEEDED).filter((chart) =>
    JSON.stringify(NEEDED[chart]?.values).includes('"password"'),
  );

  it.each(closed)("%s wants the registry's password", (chart) => {
    const path = NEEDED[chart]?.values?.imageCredentials
      ? "imageCredentials.password"
      : "global.imageCredentials.password";
    const values = needed(chart, { [path]: "" });
    for (const major of MAJORS)
      expect(charts.refusal(chart, { values, major })).toContain("imageCredentials.password is required");
  });

  it.each([
    ["clearml-enterprise", "existingImagePullSecrets"],
    ["clearml-enterprise-agent", "extraImagePullSecrets"],
    ["clearml-enterprise-app-gateway", "existingImagePullSecrets"],
    ["clearml-enterprise-task-traffic-router", "existingImagePullSecrets"],
  ])("%s takes %s instead", (chart, list) => {
    const values = { ...needed(chart), imageCredentials: { [list]: [{ name: "own" }] } };
    const objects = charts.render(chart, { values });
    expect(objects.filter(({ type }) => type === "kubernetes.io/dockerconfigjson")).toEqual([]);
    expect(JSON.stringify(objects)).toContain('"imagePullSecrets":[{"name":"own"}]');
  });

  it.each([
    ["clearml-enterprise-agent", "clearml.agentk8sglueKey"],
    ["clearml-enterprise-agent", "clearml.agentk8sglueSecret"],
    ["clearml-enterprise-app-gateway", "clearml.apiKey"],
    ["clearml-enterprise-app-gateway", "clearml.apiSecret"],
    ["clearml-enterprise-app-gateway", "clearml.apiServerUrlReference"],
    ["clearml-enterprise-task-traffic-router", "clearml.apiServerKey"],
    ["clearml-enterprise-task-traffic-router", "clearml.apiServerSecret"],
    ["clearml-enterprise-task-traffic-router", "clearml.apiServerUrlReference"],
    ["clearml-presign-service", "clearml.apiKey"],
    ["clearml-custom-events", "global.clearml.apiServerKey"],
    ["clearml-custom-events", "clearml-pods-monitor-exporter.podsMonitorUUID"],
    ["clearml-enterprise-platform-management", "clearml.apiSecret"],
    ["clearml-billing", "imageCredentials.username"],
  ])("%s wants %s", (chart, path) => {
    expect(charts.refusal(chart, { values: needed(chart, { [path]: "" }) })).toContain(`${path} is required`);
  });

  it("the router before 2025 wants the signing key", () => {
    const values = needed("clearml-enterprise-task-traffic-router", { "clearml.jwksKey": "" });
    const chart = "clearml-enterprise-task-traffic-router";
    expect(charts.refusal(chart, { values, version: "1.2.0" })).toContain("clearml.jwksKey is required");
  });

  it.each([
    ["clearml-enterprise-task-traffic-router", "1.2.0", "1.32.0"],
    ["clearml", "7.14.4", "1.33.0"],
  ])("%s %s refuses Kubernetes %s", (chart, version, kubernetes) => {
    for (const major of MAJORS)
      expect(charts.refusal(chart, { version, major, kubernetes })).toContain("chart requires kubeVersion");
    expect(charts.render(chart, { version, kubernetes: KUBERNETES })).not.toEqual([]);
  });

  it("Redis alone checks its values", () => {
    for (const major of MAJORS) {
      const values = { architecture: "cluster" };
      expect(charts.refusal("redis", { values, major })).toContain("values don't meet the specifications");
    }
    expect(
      charts.render("clearml-enterprise", { values: needed("clearml-enterprise", { unknwon: 1 }) }),
    ).not.toEqual([]);
  });
});
