import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ActionRun, runAction } from "../support/run-action.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const SEEDS = join(ROOT, "test/fixtures/seeds");

let folder: string;
let machine: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lint-test-"));
  machine = mkdtempSync(join(tmpdir(), "lint-machine-"));
  cpSync(join(ROOT, "workflows-examples/demo"), folder, { recursive: true });
});
afterEach(() => {
  for (const each of [folder, machine]) rmSync(each, { recursive: true, force: true });
});

const lint = (inputs: Record<string, string> = {}): Promise<ActionRun> =>
  runAction("lint-overrides", inputs, { cwd: folder, machine });

interface Finding {
  rule: string;
  id: string;
  severity: string;
  message: string;
  file: string;
  line: number;
  column: number;
}

function findings(run: ActionRun): Finding[] {
  const report = JSON.parse(readFileSync(run.outputs.findings ?? "", "utf8")) as {
    version: number;
    findings: Finding[];
  };
  expect(report.version).toBe(1);
  return report.findings;
}

describe("an environment", () => {
  it("without findings passes, and says what was looked at", async () => {
    const run = await lint();
    expect(run).toMatchObject({ code: 0, outputs: { errors: "0", warnings: "0" } });
    expect(findings(run)).toEqual([]);
    expect(run.summary).toContain("2 tenants, 6 override files");
  });

  it("shows a finding at its line and column: annotation, JSON, summary, exit code 1", async () => {
    const file = join(folder, "overrides/control-plane.yaml");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace("'\"${SUPERVISOR_EMAIL}\"'", "ops@ml.example.com"),
    );
    const run = await lint();
    expect(run.code).toBe(1);
    expect(run.outputs.errors).toBe("1");
    const line =
      readFileSync(file, "utf8")
        .split("\n")
        .findIndex((each) => each.includes("ops@ml.example.com")) + 1;
    expect(findings(run)).toMatchObject([
      {
        rule: "env-email-unquoted",
        id: "L31",
        severity: "error",
        file: "overrides/control-plane.yaml",
        line,
        column: 14,
      },
    ]);
    expect(run.stdout).toMatch(
      new RegExp(`::error .*file=overrides/control-plane.yaml,line=${line},.*col=14`),
    );
    expect(run.summary).toContain("env-email-unquoted");
  });

  it("hints at a misspelt key, and reports a broken file beside the others", async () => {
    const agent = join(folder, "tenants/acme/agent.yaml");
    writeFileSync(agent, readFileSync(agent, "utf8").replace("extraEnvs:", "extraEnv:"));
    writeFileSync(join(folder, "tenants/globex/router.yaml"), "imageCredentials:\n  password: 'x\n");
    const run = await lint({ "fail-on": "warning" });
    expect(run.code).toBe(1);
    const found = findings(run);
    expect(found.find((each) => each.rule === "unknown-key")?.message).toMatch(/extraEnv/);
    expect(found.find((each) => each.rule === "yaml-syntax")).toMatchObject({
      file: "tenants/globex/router.yaml",
    });
  });

  it("reports a duplicate key and a placeholder nobody declared", async () => {
    const redis = join(folder, "overrides/redis.yaml");
    writeFileSync(
      redis,
      "architecture: standalone\narchitecture: standalone\nimage:\n  repository: ${REDIS_IMAGE}\n",
    );
    const rules = findings(await lint()).map((each) => each.rule);
    expect(rules).toEqual(expect.arrayContaining(["duplicate-key", "unknown-name"]));
  });

  it("is refused with exit code 2 when its own file is wrong", async () => {
    writeFileSync(join(folder, "clearml.yaml"), "version: 1\nname: x\nbaseDomian: a.b\n");
    const run = await lint();
    expect(run.code).toBe(2);
    expect(run.stdout).toMatch(/file=clearml.yaml,line=3,.*baseDomian/);
  });

  it("names the input when there is no file", async () => {
    const run = await lint({ config: "nope.yaml" });
    expect(run.code).toBe(2);
    expect(run.stdout).toContain("`config`");
  });
});

describe("the override files of ClearML's documentation", () => {
  const COMPONENTS: readonly [RegExp, string][] = [
    [/task-traffic-router/, "task-traffic-router"],
    [/app-gateway/, "app-gateway"],
    [/billing/, "billing"],
    [/redis/, "redis"],
    [/dynamic-mig/, "dynamic-mig-operator"],
    [/network-polic/, "network-isolation"],
    [/agent|shared-memory/, "agent"],
    [/./, "control-plane"],
  ];
  const files = readdirSync(SEEDS).filter((name) => name.endsWith(".yaml"));

  it("are all there", () => expect(files).toHaveLength(18));

  it("are linted in one run, none crashes it, and every rule's own bug would show", async () => {
    const lines = files.map(
      (name) => `${join(SEEDS, name)}=${COMPONENTS.find(([words]) => words.test(name))?.[1]}`,
    );
    const run = await lint({ files: lines.join("\n"), "fail-on": "never" });
    expect(run.code, run.stdout).toBe(0);
    const found = findings(run);
    expect(found.filter((each) => each.message.includes("a bug of clearml-actions"))).toEqual([]);
    const rulesOf = (name: string) =>
      [...new Set(found.filter((each) => basename(each.file) === name).map((each) => each.id))].sort();
    expect(rulesOf("multi-tenant-control-plane.yaml")).toEqual(expect.arrayContaining(["L03", "L05", "L06"]));
    expect(rulesOf("multi-tenant-task-traffic-router.yaml")).toEqual(expect.arrayContaining(["L01", "L02"]));
    expect(rulesOf("app-gateway.yaml")).toContain("L12");
    expect(rulesOf("single-page-control-plane.yaml")).toContain("L68");
  });
});
