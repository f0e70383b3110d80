import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ActionRun, runAction } from "../support/run-action.ts";

const ROOT = resolve(import.meta.dirname, "../..");

let folder: string;
let machine: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lint-adoption-"));
  machine = mkdtempSync(join(tmpdir(), "lint-adoption-machine-"));
  cpSync(join(ROOT, "workflows-examples/demo"), folder, { recursive: true });
});
afterEach(() => {
  for (const each of [folder, machine]) rmSync(each, { recursive: true, force: true });
});

const lint = (inputs: Record<string, string> = {}): Promise<ActionRun> =>
  runAction("lint-overrides", { render: "false", ...inputs }, { cwd: folder, machine });
const file = (name: string) => join(folder, name);
const text = (name: string) => readFileSync(file(name), "utf8");
const report = (run: ActionRun) =>
  JSON.parse(readFileSync(run.outputs.findings ?? "", "utf8")) as {
    findings: { rule: string; file: string; fingerprint: string }[];
    suppressed: number;
    baselined: number;
    notChecked: { id: string; rule: string; reason: string }[];
  };

const REDIS = "overrides/redis.yaml";

/** Pins a tag without quotes, of which YAML makes another one; gives the file as it should be. */
function breakTag(): string {
  appendFileSync(file(REDIS), "  tag: 7.20 # pinned\n");
  return text(REDIS).replace("7.20", '"7.20"');
}

describe("an environment that has findings already", () => {
  it("is repaired in place with `fix`, and passes then", async () => {
    const after = breakTag();
    expect(await lint()).toMatchObject({ code: 1, outputs: { errors: "1", fixed: "0" } });
    const run = await lint({ fix: "true" });
    expect(run).toMatchObject({ code: 0, outputs: { errors: "0", fixed: "1" } });
    expect(text(REDIS)).toBe(after);
    expect(await lint({ fix: "true" })).toMatchObject({ code: 0, outputs: { fixed: "0" } });
  });

  it("passes with its findings file as the baseline, and fails for a new one", async () => {
    breakTag();
    const first = await lint();
    writeFileSync(file("known.json"), readFileSync(first.outputs.findings ?? ""));
    const known = await lint({ baseline: "known.json" });
    expect(known).toMatchObject({ code: 0, outputs: { errors: "0" } });
    expect(report(known)).toMatchObject({ findings: [], baselined: 1 });
    expect(known.stdout).not.toContain("::error");
    appendFileSync(file(REDIS), "  pullPolicy: sometimes\n");
    expect((await lint({ baseline: "known.json" })).code).toBe(1);
  });

  it("refuses a baseline that is missing, and says how to make one", async () => {
    const run = await lint({ baseline: "known.json" });
    expect(run.code).toBe(2);
    expect(run.stdout).toMatch(/`baseline`: known.json does not exist.*run without `baseline`/s);
  });

  it("silences a finding by a comment with a reason, beside the one the example has", async () => {
    breakTag();
    writeFileSync(
      file(REDIS),
      text(REDIS).replace("# pinned", "# clearml-lint-ignore L10 a fork of the image"),
    );
    const run = await lint();
    expect(run.code).toBe(0);
    expect(report(run)).toMatchObject({ findings: [], suppressed: 2 });
    expect(run.summary).toContain("2 suppressed");
  });

  it("reports only what a change concerns", async () => {
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.example", ...args], {
        cwd: folder,
        stdio: "pipe",
      });
    breakTag();
    git("init", "-q", "-b", "main");
    git("add", "-A");
    git("commit", "-q", "-m", "start");
    git("checkout", "-q", "-b", "topic");
    expect((await lint({ "changed-since": "main" })).code).toBe(0);
    appendFileSync(file(REDIS), "# touched\n");
    expect((await lint({ "changed-since": "main" })).code).toBe(1);
    const unknown = await lint({ "changed-since": "origin/release" });
    expect(unknown.code).toBe(2);
    expect(unknown.stdout).toMatch(/`changed-since`.*origin\/release.*fetch-depth: 0/s);
  });
});

describe("SARIF", () => {
  it("is written where it is asked for, also when findings fail the step", async () => {
    breakTag();
    const run = await lint({ "sarif-file": "reports/lint.sarif" });
    expect(run).toMatchObject({ code: 1, outputs: { "sarif-file": "reports/lint.sarif" } });
    const sarif = JSON.parse(text("reports/lint.sarif")) as {
      version: string;
      runs: [{ results: object[] }];
    };
    expect(sarif.version).toBe("2.1.0");
    expect(sarif.runs[0].results).toMatchObject([
      {
        ruleId: "implicit-type",
        level: "error",
        partialFingerprints: { "clearmlLint/v1": report(run).findings[0]?.fingerprint },
        fixes: [{ description: { text: "put the value in quotes" } }],
      },
      { ruleId: "k8s-window", suppressions: [{ kind: "inSource" }] },
    ]);
  });
});

describe("what could not be looked at", () => {
  it("is listed in the findings file and in the summary", async () => {
    const run = await lint();
    expect(run.code).toBe(0);
    expect(report(run).notChecked).toEqual(
      expect.arrayContaining([
        { id: "L22", rule: "k8s-window", reason: expect.stringContaining("no cluster was looked at") },
      ]),
    );
    expect(run.summary).toMatch(/Not checked: \d+ rules/);
  });

  it("says why charts were not rendered, and with `render: true` fails", async () => {
    // A machine without Helm.
    const on = (render: string) =>
      runAction("lint-overrides", { render }, { cwd: folder, machine, env: { PATH: "/usr/bin:/bin" } });
    const run = await on("auto");
    expect(run.code).toBe(0);
    const reasons = report(run).notChecked.filter(({ rule }) => rule === "render-failed");
    expect(reasons).toMatchObject([{ id: "R1", reason: expect.stringContaining("helm") }]);
    const demanded = await on("true");
    expect(demanded.code).toBe(3);
    expect(demanded.stdout).toContain("setup-clearml-helm");
  });

  it("fails the run with `cluster: true` and no kubeconfig", async () => {
    const run = await lint({ cluster: "true" });
    expect(run.code).toBe(3);
    expect(run.stdout).toMatch(/no cluster is configured|kubectl is not installed/);
  });
});
