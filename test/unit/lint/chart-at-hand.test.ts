import { describe, expect, it } from "vitest";
import type { ChartContents } from "../../../src/chart/model.ts";
import { environmentReleases, lintScope } from "../../../src/lint/engine.ts";
import { load } from "../environment/support.ts";
import { environmentOf, short, tenantWith } from "./support.ts";

/** What rules need of a chart that lies beside the environment. */
function chartOf(fields: Partial<ChartContents>): ChartContents {
  return {
    name: "clearml-enterprise",
    version: "10.12.7",
    dependencies: [],
    digest: "",
    values: {},
    subcharts: [],
    crds: [],
    defaultAt: () => undefined,
    knows: () => "open",
    keysAt: () => [],
    usedAt: () => "never",
    ...fields,
  };
}

/** Findings of some rules, with the chart of the one component a tenant or the cluster has. */
async function found(files: Record<string, string>, chart: ChartContents, ids: readonly string[]) {
  const environment = await load(files);
  const uses = [...environment.components, ...environment.tenants.flatMap((tenant) => tenant.components)];
  const releases = environmentReleases(environment, new Map(uses.map((use) => [use, chart])));
  const { findings } = lintScope({ environment, releases });
  return findings.filter(({ id }) => ids.includes(id)).map(short);
}

const tags = (api: string) => environmentOf({ controlPlane: `apiserver: { image: { tag: "${api}" } }\n` });
const agent = (tag: string) =>
  tenantWith(`agent: { version: 6.14.6, values: { agentk8sglue: { image: { tag: ${tag} } } } }`);

describe("with the chart at hand", () => {
  it.each([
    ["3.30.1", ["L23 warning 1:28"]],
    ["3.31.0", []],
  ])("an image %s is compared with the chart's own version", async (tag, expected) => {
    expect(await found(tags(tag), chartOf({ appVersion: "3.31" }), ["L23"])).toEqual(expected);
  });

  it.each([
    ["1.23-1.9.2", ["L23 warning 11:73"]],
    ["1.24-1.9.2", []],
  ])("the agent's image %s too", async (tag, expected) => {
    const chart = chartOf({ name: "clearml-enterprise-agent", appVersion: "1.24" });
    expect(await found(agent(tag), chart, ["L23"])).toEqual(expected);
  });

  it.each([
    ["clearml-enterprise-agent", []],
    ["clearml-enterprise-app-gateway", ["L19 error 11:23"]],
  ])("a folder with %s is known by its name, and pinned", async (name, expected) => {
    const files = tenantWith("agent: { chart: charts/agent }");
    expect(await found(files, chartOf({ name }), ["L19", "L21"])).toEqual(expected);
  });

  it("a folder called like a chart of helm repo add is no alias", async () => {
    const files = tenantWith("agent: { chart: clearml/clearml-enterprise-agent }");
    expect(await found(files, chartOf({ name: "clearml-enterprise-agent" }), ["L19", "L21"])).toEqual([]);
  });

  it("its templates say whose file it is", async () => {
    const files = tenantWith("agent: { version: 6.14.6, values: { auth: { password: '${TOKEN}' } } }");
    expect(await found(files, chartOf({ knows: () => "known" }), ["L14"])).toEqual([]);
    expect(await found(files, chartOf({ knows: () => "unknown" }), ["L14"])).toEqual(["L14 warning 11:43"]);
  });
});
