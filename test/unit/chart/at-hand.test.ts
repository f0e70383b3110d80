import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chartsAtHand } from "../../../src/chart/at-hand.ts";
import { formatProblem, UserError } from "../../../src/core/errors.ts";
import { loadEnvironment } from "../../../src/environment/load.ts";
import { type Files, inFolder } from "../environment/support.ts";
import { packed } from "./support.ts";

const CLEARML = (components: string) => `version: 1
name: test
baseDomain: ml.example.com
components:
  control-plane: { version: 10.12.7 }
${components}`;

/** The charts at hand as `component chart version`. */
async function atHand(
  files: Files,
  env: (folder: string) => Record<string, string> = () => ({}),
): Promise<string[]> {
  return inFolder(files, async (cwd) => {
    const cache = join(cwd, "cache/repository");
    mkdirSync(cache, { recursive: true });
    for (const version of ["10.12.7", "9.9.9"]) {
      const text = `name: clearml-enterprise\nversion: ${version === "9.9.9" ? "1.0.0" : version}\n`;
      writeFileSync(join(cache, `clearml-enterprise-${version}.tgz`), await packed({ "Chart.yaml": text }));
    }
    writeFileSync(join(cache, "redis-17.8.3.tgz"), "broken");
    const environment = await loadEnvironment("clearml.yaml", { cwd });
    const charts = await chartsAtHand(environment, { cwd, env: env(cwd) });
    return [...charts].map(([use, { name, version }]) => `${use.id} ${name} ${version}`);
  });
}

describe("the charts at hand", () => {
  it("are those named as a folder or a package, each read once", async () => {
    const files = {
      "clearml.yaml": `${CLEARML("  serving: { chart: ./charts/serving }\n  billing: { chart: ./charts/serving }\n")}tenants: tenants/*.yaml\n`,
      "charts/serving/Chart.yaml": "name: clearml-serving\nversion: 1.0.0\n",
      "tenants/acme.yaml":
        "name: acme\nadmin: { name: A, email: a@acme.example }\ncomponents: { agent: { version: 6.14.6 } }\n",
    };
    expect(await atHand(files)).toEqual(["billing clearml-serving 1.0.0", "serving clearml-serving 1.0.0"]);
    await inFolder(files, async (cwd) => {
      const charts = await chartsAtHand(await loadEnvironment("clearml.yaml", { cwd }), { cwd, env: {} });
      expect(new Set(charts.values()).size).toBe(1);
    });
  });

  it.each([
    ["HELM_REPOSITORY_CACHE", (cwd: string) => ({ HELM_REPOSITORY_CACHE: join(cwd, "cache/repository") })],
    ["HELM_CACHE_HOME", (cwd: string) => ({ HELM_CACHE_HOME: join(cwd, "cache"), HOME: "/nowhere" })],
  ])("are those in Helm's cache at %s", async (_, env) => {
    expect(await atHand({ "clearml.yaml": CLEARML("") }, env)).toEqual([
      "control-plane clearml-enterprise 10.12.7",
    ]);
  });

  it("are not a broken package of the cache, one of another version, or one that is not there", async () => {
    const env = (cwd: string) => ({ HELM_CACHE_HOME: join(cwd, "cache") });
    const others = CLEARML("  redis: { version: 17.8.3 }\n").replace("10.12.7", "9.9.9");
    expect(await atHand({ "clearml.yaml": others }, env)).toEqual([]);
    expect(await atHand({ "clearml.yaml": CLEARML("").replace("10.12.7", "8.8.8") }, env)).toEqual([]);
  });

  it("say at its place which chart cannot be read", async () => {
    const clearml = CLEARML("  serving: { chart: ./charts/gone }\n  billing: { chart: ./bad.tgz }\n");
    const thrown = await atHand({ "clearml.yaml": clearml, "bad.tgz": "bad" }).catch(
      (reason: unknown) => reason,
    );
    expect(thrown).toBeInstanceOf(UserError);
    const problems = (thrown as UserError).problems.map(formatProblem);
    expect(problems).toHaveLength(2);
    expect(problems.join("\n")).toMatch(/clearml.yaml:6:3: chart .*charts\/gone does not exist/);
    expect(problems.join("\n")).toMatch(/clearml.yaml:7:3: chart .*bad.tgz cannot be read/);
  });
});
