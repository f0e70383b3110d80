import { describe, expect, it } from "vitest";
import { settingPath, settingRule } from "../../../src/catalogue/environment-variables.ts";
import { CATALOGUE, chartSource, componentOrder, valueRules } from "../../../src/catalogue/index.ts";
import { COMPONENT_IDS, type ComponentId } from "../../../src/catalogue/model.ts";
import { ruleTree } from "../../../src/lint/value-rules.ts";

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

describe("every component", () => {
  it.each(COMPONENT_IDS)("%s is complete and its parts agree", (id) => {
    const definition = CATALOGUE[id];
    expect(definition.id).toBe(id);
    expect(definition.title).not.toBe("");
    expect(definition.release).toMatch(NAME);
    if (definition.kind === "chart") expect(definition.namespace).toMatch(NAME);
    for (const need of definition.needs) expect(COMPONENT_IDS).toContain(need);
    for (const chart of definition.charts) {
      expect(chart.name).toMatch(NAME);
      expect(chart.repository).toMatch(/^(oci|https):\/\/[^/].*[^/]$/);
    }
  });

  it.each(COMPONENT_IDS)("%s has one row for each path of its values", (id) => {
    const paths = CATALOGUE[id].values.map((rule) => rule.path);
    const repeated = paths.filter((path, index) => paths.indexOf(path) !== index);
    expect(repeated).toEqual([]);
  });

  it.each(COMPONENT_IDS)("%s refers only to paths it has in its conditions", (id) => {
    const tree = ruleTree(CATALOGUE[id].values);
    const named = CATALOGUE[id].values.flatMap(({ required }) =>
      typeof required === "object"
        ? [...(required.when ? [required.when.path] : []), ...(required.unless ?? [])]
        : [],
    );
    for (const path of named) {
      const node = path
        .split(".")
        .reduce<typeof tree | undefined>((at, step) => at?.children.get(step), tree);
      expect(node, path).toBeDefined();
    }
  });
});

describe("what is known of each component", () => {
  it("names those that keep data", () => {
    const stateful = COMPONENT_IDS.filter((id) => CATALOGUE[id].stateful);
    expect(stateful).toEqual(["control-plane", "redis", "billing", "serving"]);
  });

  it.each<[ComponentId, string]>([
    ["fractional-gpu-injector", "cfgi/cfgi clearml-fractional-gpu-injector"],
    ["presign-service", "clearml/clearml-presign-service clearml-presign-service"],
    ["custom-events", "clearml/clearml-custom-events clearml-custom-events"],
    [
      "platform-management",
      "clearml/clearml-enterprise-platform-management clearml-enterprise-platform-management",
    ],
    ["serving", "clearml-serving/clearml-serving clearml-serving"],
    ["billing", "clearml-billing/clearml-billing "],
  ])("%s is %s", (id, expected) => {
    const { namespace, release, charts } = CATALOGUE[id];
    expect(`${namespace}/${release} ${charts.map(({ name }) => name).join()}`).toBe(expected);
  });

  it.each<[ComponentId, string]>([
    ["custom-events", "global.imageCredentials"],
    ["platform-management", "global.imageCredentials"],
    ["presign-service", "imageCredentials"],
    ["fractional-gpu-injector", "imageCredentials"],
  ])("%s needs the registry's password at %s, or pull secrets", (id, path) => {
    const rule = CATALOGUE[id].values.find((each) => each.path === `${path}.password`);
    expect(rule).toMatchObject({ secret: true, required: { unless: [`${path}.existingImagePullSecrets`] } });
  });
});

describe("chartSource", () => {
  it.each([
    [
      "control-plane",
      "enterprise",
      undefined,
      undefined,
      "C",
      "clearml-enterprise",
      "oci://docker.io/clearml",
    ],
    ["control-plane", "community", undefined, undefined, "any", "clearml", "clearml-helm-charts"],
    ["agent", "enterprise", "6.14.6", undefined, "C", "clearml-enterprise-agent", "oci://"],
    [
      "agent",
      "enterprise",
      "6.9.2",
      undefined,
      "B",
      "clearml-enterprise-agent",
      "/clearml/clearml-enterprise-helm",
    ],
    ["agent", "community", "5.3.3", undefined, "any", "clearml-agent", "clearml-helm-charts"],
    ["app-gateway", "enterprise", "1.4.0", undefined, "B", "clearml-enterprise-app-gateway", "gh-pages"],
    ["app-gateway", "enterprise", "3.2.0", undefined, "C", "clearml-enterprise-app-gateway", "oci://"],
    [
      "task-traffic-router",
      "enterprise",
      undefined,
      undefined,
      "B",
      "clearml-enterprise-task-traffic-router",
      "gh-pages",
    ],
    [
      "control-plane",
      "enterprise",
      undefined,
      "https://raw.githubusercontent.com/allegroai/clearml-enterprise-helm-charts/gh-pages",
      "A",
      "clearml-enterprise",
      "allegroai",
    ],
    ["gpu-operator", "enterprise", "v26.7.0", undefined, "any", "gpu-operator", "helm.ngc.nvidia.com"],
    ["redis", "community", "17.8.3", undefined, "any", "redis", "bitnami"],
  ] as const)(
    "%s in %s at %s from %s is generation %s",
    (id, edition, version, repository, generation, name, part) => {
      const source = chartSource(CATALOGUE[id], { edition, version, repository });
      expect(source).toMatchObject({ generation, name });
      expect(source?.repository).toContain(part);
    },
  );

  it("has none for a chart that is handed over as a file, and none in an edition without it", () => {
    expect(chartSource(CATALOGUE.billing, { edition: "enterprise" })).toBeUndefined();
    expect(chartSource(CATALOGUE["app-gateway"], { edition: "community" })).toBeUndefined();
  });
});

describe("valueRules", () => {
  it("leaves out what the version does not know", () => {
    const has = (version: string) =>
      valueRules(CATALOGUE["control-plane"], { version }).some((rule) => rule.path === "apiserver.httpRoute");
    expect([has("10.11.7"), has("10.12.0-rc1")]).toEqual([false, false]);
    expect([has("10.12.0"), has("10.12.1-rc1"), has("v10.12.1")]).toEqual([true, true, true]);
  });

  it("keeps everything where the version is not known", () => {
    const { values } = CATALOGUE["control-plane"];
    expect(valueRules(CATALOGUE["control-plane"])).toHaveLength(values.length);
  });
});

describe("componentOrder", () => {
  const use = (id: ComponentId, tenant?: string, needs: ComponentId[] = []) => ({
    id,
    needs,
    ...(tenant ? { tenant } : {}),
  });

  it("puts each component after what it needs, and keeps the catalogue's order otherwise", () => {
    const uses = (
      ["applications", "dynamic-mig-operator", "redis", "control-plane", "gpu-operator"] as const
    ).map((id) => use(id));
    expect(componentOrder(uses).map(({ id }) => id)).toEqual([
      "gpu-operator",
      "dynamic-mig-operator",
      "control-plane",
      "redis",
      "applications",
    ]);
  });

  it("puts everything into one order", () => {
    const order = componentOrder(COMPONENT_IDS.toReversed().map((id) => use(id))).map(({ id }) => id);
    expect(order).toEqual([
      "gpu-operator",
      "dynamic-mig-operator",
      "fractional-gpu-injector",
      "control-plane",
      "redis",
      "billing",
      "agent",
      "app-gateway",
      "task-traffic-router",
      "network-isolation",
      "applications",
      "presign-service",
      "custom-events",
      "platform-management",
      "serving",
    ]);
  });

  it.each<[ComponentId, ComponentId]>([
    ["gpu-operator", "dynamic-mig-operator"],
    ["gpu-operator", "fractional-gpu-injector"],
    ["control-plane", "applications"],
    ["control-plane", "presign-service"],
    ["control-plane", "custom-events"],
    ["billing", "custom-events"],
    ["control-plane", "platform-management"],
    ["control-plane", "serving"],
    ["redis", "agent"],
    ["agent", "app-gateway"],
    ["app-gateway", "network-isolation"],
  ])("%s is ready before %s", (first, then) => expect(CATALOGUE[then].needs).toContain(first));

  it.each<[ComponentId, ComponentId]>([
    // The API server connects to billing when it starts, and billing may call the API server.
    ["control-plane", "billing"],
    ["gpu-operator", "control-plane"],
  ])("%s and %s start side by side", (one, other) => {
    expect(CATALOGUE[one].needs).not.toContain(other);
    expect(CATALOGUE[other].needs).not.toContain(one);
  });

  it("takes a tenant's own component before the cluster's", () => {
    // Without the need, isolation would come first.
    const uses = [use("network-isolation", "acme", ["agent"]), use("agent"), use("agent", "acme")];
    const order = componentOrder(uses).map(({ id, tenant }) => `${tenant ?? "-"}/${id}`);
    expect(order).toEqual(["acme/agent", "acme/network-isolation", "-/agent"]);
  });

  it("follows the user's own needs", () => {
    const order = componentOrder([use("control-plane", undefined, ["redis"]), use("redis")]);
    expect(order.map(({ id }) => id)).toEqual(["redis", "control-plane"]);
  });

  it("refuses a circle and names its path", () => {
    const uses = [use("control-plane", undefined, ["applications"]), use("applications")];
    expect(() => componentOrder(uses)).toThrow("control-plane → applications → control-plane");
  });
});

describe("settings of the API server", () => {
  it.each([
    ["CLEARML__secure__credentials__supervisor__user_key", "secure.credentials.supervisor.user_key"],
    ["CLEARML__HOSTS__KAFKA__BILLING__HOST", "hosts.kafka.billing.host"],
    ["TRAINS__a__b", "a.b"],
    ["CLEARML_secure__x", undefined],
    ["WEBSERVER__a", undefined],
  ])("%s sets %s", (name, path) => {
    expect(settingPath(name)).toBe(path);
  });

  it("matches any name where the table has a star", () => {
    expect(settingRule("secure.credentials.anybody.user_secret")?.secret).toBe(true);
    expect(settingRule("secure.credentials.a.b.user_secret")).toBeUndefined();
  });
});
