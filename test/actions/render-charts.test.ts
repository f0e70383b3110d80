import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { loadEnvironment } from "../../src/environment/load.ts";
import { environmentReleases, lintScope } from "../../src/lint/engine.ts";
import { renderForLint } from "../../src/render/for-lint.ts";
import { listImages } from "../../src/render/list-images.ts";
import { ensureTools } from "../cluster/tools.ts";
import { type Registries, startRegistries } from "../support/registries/start-all.ts";
import { toolContext } from "../support/rendering.ts";
import { copyExample } from "../support/world.ts";
import { type Charts, NEEDED, packagedCharts } from "./chart-rendering.ts";
import { MAJORS, RENDERED, renderFiles, type Tools } from "./render-files.ts";

let tools: Tools;

beforeAll(async () => {
  tools = await ensureTools(["helm", "helm3", "kubeconform", "registry", "kubectl"]);
});

describe("the values that charts bring along", () => {
  let charts: Charts;
  beforeAll(async () => {
    charts = await packagedCharts();
  });
  afterAll(() => charts.remove());

  it.each(MAJORS)("give no error with %s", async (major) => {
    const wrong: string[] = [];
    for (const [name, { values }] of Object.entries(NEEDED)) {
      const component = { chart: charts.archive(name), values };
      const environment = {
        version: 1,
        name: "test",
        baseDomain: "example.com",
        components: { serving: component },
      };
      const { found, rendering } = await renderFiles(
        tools,
        { "clearml.yaml": stringify(environment) },
        { major },
      );
      const objects = rendering.rendered[0]?.objects.length ?? 0;
      const telling = found.filter((each) => !each.startsWith("S2 info"));
      if (objects < 2 || telling.length + rendering.notices.length > 0)
        wrong.push(`${name}: ${objects} objects, ${telling.join(", ")} ${JSON.stringify(rendering.notices)}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe("the example environment", () => {
  let registries: Registries;
  beforeAll(async () => {
    registries = await startRegistries({ tools, username: "u", token: "t", classicToken: "c" });
  });
  afterAll(() => registries.stop());

  it.each(MAJORS)("has no error with %s, and takes charts from where it is logged in", async (major) => {
    const parts = toolContext({ helm: tools[major], kubeconform: tools.kubeconform });
    const folder = mkdtempSync(join(tmpdir(), "clearml-actions-example-"));
    try {
      copyExample(folder, registries);
      const { context } = parts;
      const helm = (...args: string[]) => promisify(execFile)(tools[major], args, { env: context.env });
      const plain = major === "helm" ? "--plain-http" : "--insecure";
      await helm("registry", "login", registries.oci.host, "-u", "u", "-p", "t", plain);
      await helm(
        "repo",
        "add",
        "clearml-enterprise",
        registries.classic.url,
        "--username",
        "c",
        "--password",
        "c",
      );
      const environment = await loadEnvironment("clearml.yaml", { cwd: folder });
      const releases = environmentReleases(environment);
      const { rendered, notices } = await renderForLint(releases, { render: "auto", cwd: folder }, context);
      expect(rendered.map(({ release }) => release.id)).toEqual([
        "control-plane",
        "agent",
        "app-gateway",
        "agent",
        "task-traffic-router",
      ]);
      expect(notices.map(({ message }) => message)).toEqual([
        "1 release not rendered: the chart would have to be fetched; run setup-clearml-helm first, or set `render: true`",
      ]);
      const all = await renderForLint(releases, { render: "true", cwd: folder }, context);
      expect(all.rendered).toHaveLength(6);
      expect(all.rendered.every(({ objects }) => objects.length > 3)).toBe(true);
      await listImages({ config: "clearml.yaml", file: "out/images.txt" }, folder, context);
      const list = readFileSync(join(folder, "out", "images.txt"), "utf8").split("\n");
      const charts = list.filter((line) => line.startsWith("chart ")).map((line) => line.split("/").at(-1));
      expect(charts.map((chart) => chart?.replace(/ sha256:[0-9a-f]{64}$/, "")).sort()).toEqual([
        "clearml-enterprise 10.12.7",
        "clearml-enterprise-agent 6.14.6",
        "clearml-enterprise-app-gateway 3.2.0",
        "clearml-enterprise-task-traffic-router 1.4.0",
        "redis 17.8.3",
      ]);
      expect(list.filter((line) => line.startsWith("image docker.io/clearml/")).length).toBeGreaterThan(3);
      expect(list.join("\n")).not.toContain("standin");
      const { findings } = lintScope({ environment, releases, rendered: all.rendered });
      expect(findings.filter(({ id, severity }) => RENDERED.test(id) && severity !== "info")).toEqual([]);
    } finally {
      parts.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
