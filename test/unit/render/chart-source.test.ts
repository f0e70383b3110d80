import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import { loadEnvironment } from "../../../src/environment/load.ts";
import { environmentReleases } from "../../../src/lint/engine.ts";
import type { LintRelease } from "../../../src/lint/model.ts";
import { type ChartChoice, chartToRender } from "../../../src/render/chart-source.ts";
import { inFolder } from "../environment/support.ts";

interface Given {
  component: string;
  mode?: "auto" | "true";
  aliases?: Record<string, string>;
  registries?: string[];
}

/** What becomes of a component of an environment whose checkout is the folder `work`. */
function choiceFor({ component, mode = "auto", aliases = {}, registries = [] }: Given): Promise<ChartChoice> {
  const yaml = `version: 1\nname: t\nbaseDomain: ml.example.com\ncomponents:\n  ${component}\n`;
  return inFolder({ "checkout/clearml.yaml": yaml, "checkout/charts/x/Chart.yaml": "" }, async (folder) => {
    const cwd = join(folder, "checkout");
    mkdirSync(join(folder, "outside"));
    symlinkSync(join(folder, "outside"), join(cwd, "linked"));
    symlinkSync(join(cwd, "charts"), join(folder, "back"));
    const config = join(folder, "registry.json");
    writeFileSync(
      config,
      JSON.stringify({ auths: Object.fromEntries(registries.map((each) => [each, {}])) }),
    );
    const [release] = environmentReleases(await loadEnvironment("clearml.yaml", { cwd }));
    const env = { HELM_REGISTRY_CONFIG: config, HOME: folder };
    const surroundings = { mode, cwd, env, aliases: new Map(Object.entries(aliases)) };
    const choice = chartToRender(release as Parameters<typeof chartToRender>[0] & LintRelease, surroundings);
    return JSON.parse(JSON.stringify(choice).replaceAll(folder, "/root")) as ChartChoice;
  });
}

const local = (chart: string) => ({ reference: { chart }, isLocal: true });
const remote = (reference: object) => ({ reference, isLocal: false });
const SERVER = "control-plane: { version: 10.12.7 }";
const OCI = { chart: "oci://docker.io/clearml/clearml-enterprise", version: "10.12.7" };
const REDIS = "redis: { version: 17.8.3 }";
const BITNAMI = "https://charts.bitnami.com/bitnami";

describe("which chart is rendered", () => {
  it.each<[string, Given, unknown]>([
    ["a folder of the checkout", { component: "serving: { chart: charts/x }" }, { withheld: "workspace" }],
    [
      "the same, asked for",
      { component: "serving: { chart: charts/x }", mode: "true" },
      local("/root/checkout/charts/x"),
    ],
    [
      "a package outside",
      { component: "serving: { chart: ../outside/x.tgz }" },
      local("/root/outside/x.tgz"),
    ],
    [
      "a name that begins as the parent's",
      { component: "serving: { chart: ..x/y }" },
      { withheld: "workspace" },
    ],
    ["a link that leads outside", { component: "serving: { chart: linked/x }" }, { withheld: "workspace" }],
    ["a link that leads inside", { component: "serving: { chart: ../back/x }" }, { withheld: "workspace" }],
    ["a registry without login", { component: SERVER }, { withheld: "network" }],
    ["a registry, asked for", { component: SERVER, mode: "true" }, remote(OCI)],
    ["a registry with login", { component: SERVER, registries: ["docker.io"] }, remote(OCI)],
    [
      "Docker Hub by another name",
      { component: SERVER, registries: ["https://index.docker.io/v1/"] },
      remote(OCI),
    ],
    ["a login elsewhere", { component: SERVER, registries: ["ghcr.io"] }, { withheld: "network" }],
    [
      "a repository that was added",
      { component: REDIS, aliases: { [BITNAMI]: "bitnami" } },
      remote({ chart: "bitnami/redis", version: "17.8.3" }),
    ],
    ["a repository that was not", { component: REDIS }, { withheld: "network" }],
    [
      "a repository without version, added",
      { component: "redis: {}", aliases: { [BITNAMI]: "bitnami" } },
      remote({ chart: "bitnami/redis" }),
    ],
    ["no chart at all", { component: "billing: {}" }, { withheld: "unnamed" }],
  ])("%s", async (_, given, expected) => {
    expect(await choiceFor(given)).toEqual(expected);
  });

  it("must be named when all is asked for", async () => {
    await expect(choiceFor({ component: "billing: {}", mode: "true" })).rejects.toThrow(UserError);
  });
});
