import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ensureTools } from "../../cluster/tools.ts";
import { faultsOf } from "../../unit/plan/comment-check.ts";
import { COMMANDS, createStage, HOSTILE_TEXT, PWNED, pathWith, type Stage } from "./stage.ts";

let helm: string;
let stage: Stage;
beforeAll(async () => {
  helm = (await ensureTools(["helm"])).helm;
});
beforeEach(() => {
  stage = createStage();
  mkdirSync(join(stage.machine, "bin"));
  symlinkSync(helm, join(stage.machine, "bin/helm"));
});
afterEach(() => stage.remove());

const lint = (inputs: Record<string, string>) =>
  stage.act("lint-overrides", inputs, {
    env: {
      ...pathWith(join(stage.machine, "bin")),
      HELM_CACHE_HOME: join(stage.machine, "temp/helm/cache"),
      HELM_CONFIG_HOME: join(stage.machine, "temp/helm/config"),
      HELM_DATA_HOME: join(stage.machine, "temp/helm/data"),
    },
    tools: ["kubeconform"],
  });

/** A repository with a chart of its own. */
function withChart(files: Record<string, string>, metadata = ""): void {
  stage.write({
    "clearml.yaml": `version: 1
name: test
baseDomain: ml.example.com
kubernetesVersion: "1.34"
components: { serving: { chart: charts/web } }
`,
    "charts/web/Chart.yaml": `apiVersion: v2\nname: web\nversion: 1.0.0\ndescription: ${JSON.stringify(HOSTILE_TEXT)}\n${metadata}`,
    "charts/web/values.yaml": "a: 1\n",
    ...files,
  });
}

describe("a chart of the checkout", () => {
  it("is not rendered unless asked for", async () => {
    withChart(
      { "charts/web/templates/a.yaml": `{{ fail "${PWNED}" }}` },
      `dependencies: [{ name: evil, version: 1.0.0, repository: "https://127.0.0.1:1/${PWNED}" }]\n`,
    );
    const run = await lint({ render: "auto" });
    expect(run.faults).toEqual([]);
    expect(run.started.filter((each) => /helm (template|pull|show|dep)/.test(each))).toEqual([]);
    expect(run.stdout).toContain("templates are code that a pull request can change");
  });

  it.each(["auto", "true"])("cannot print what a link in it leads to, with render %s", async (render) => {
    withChart({
      "charts/web/templates/a.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Files.Get "files/secret" | quote }} }\n`,
      "charts/web/templates/NOTES.txt": `{{ fail (.Files.Get "files/secret") }}`,
    });
    mkdirSync(join(stage.repository, "charts/web/files"));
    symlinkSync(join(stage.outside, "secret.yaml"), join(stage.repository, "charts/web/files/secret"));
    const run = await lint({ render });
    expect(run.faults).toEqual([]);
    if (render === "auto") return;
    expect(run.code, run.stdout).toBe(2);
    expect(run.stdout).toContain("`files/secret` in it is a link that leads out of the working folder");
  });

  it("says what it likes, resolves no names, fetches nothing, and is words when it fails", async () => {
    withChart({
      "charts/web/templates/a.yaml": `{{ fail (printf "%s resolved=<%s>" (.Files.Get "words") (getHostByName "localhost")) }}`,
      "charts/web/words": HOSTILE_TEXT,
      "charts/web/templates/NOTES.txt": COMMANDS,
    });
    const run = await lint({ render: "true" });
    expect(run.faults).toEqual([]);
    expect(run.code, run.stdout).toBe(1);
    expect(run.stdout).toContain("resolved=<>");
    expect(faultsOf(run.summary)).toEqual([]);
  });

  it("makes objects with names and texts that are words too", async () => {
    const text = JSON.stringify(HOSTILE_TEXT);
    withChart({
      "charts/web/templates/a.yaml": `apiVersion: v1
kind: ${text}
metadata: { name: ${text}, namespace: ${text}, labels: { ${text}: ${text} } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${text}, creationTimestamp: null }
spec:
  template: { spec: { containers: [{ name: ${text}, image: ${text}, env: [{ name: ${text}, value: 1 }] }] } }
`,
      "charts/web/templates/NOTES.txt": COMMANDS,
    });
    const run = await lint({ render: "true" });
    expect(run.faults).toEqual([]);
    expect([1, 3], run.stdout).toContain(run.code);
    expect(faultsOf(run.summary)).toEqual([]);
  });
});
