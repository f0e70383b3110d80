import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ActionRun, runAction } from "../support/run-action.ts";

const ROOT = resolve(import.meta.dirname, "../..");

let folder: string;
let machine: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "list-test-"));
  machine = mkdtempSync(join(tmpdir(), "list-machine-"));
  cpSync(join(ROOT, "workflows-examples/demo"), folder, { recursive: true });
});
afterEach(() => {
  for (const each of [folder, machine]) rmSync(each, { recursive: true, force: true });
});

const list = (inputs: Record<string, string> = {}): Promise<ActionRun> =>
  runAction("list-tenants", inputs, { cwd: folder, machine });

const ACME = { shard: 1, wave: "canary", tenants: "acme", count: 1, maxFailures: 0 };

describe("list-tenants", () => {
  it("gives a matrix as GitHub takes it, and one for each wave", async () => {
    // An input that a workflow leaves empty arrives as an empty text.
    const run = await list({ canary: "acme", "changed-since": "", wave: "", tenants: "" });
    expect(run.code, run.stdout).toBe(0);
    expect(run.outputs).toMatchObject({ count: "2", removed: "[]", failed: "" });
    const { include } = JSON.parse(run.outputs.tenants ?? "") as { include: { tenants: string }[] };
    expect(include[0]).toEqual(ACME);
    expect(include.map(({ tenants }) => tenants)).toEqual(["acme", "globex"]);
    const waves = JSON.parse(run.outputs.waves ?? "") as Record<string, { include: unknown[] }>;
    expect(Object.keys(waves).sort()).toEqual(["25", "5", "canary", "rest"]);
    expect(waves.canary).toEqual({ include: [ACME] });
    expect(run.summary).toContain("**2 of 2 tenants**");
  });

  it("leaves the file of the fleet for the gates, which decide by it", async () => {
    const { outputs } = await list({ canary: "acme" });
    const results = join(folder, "results");
    mkdirSync(results);
    cpSync(outputs.fleet ?? "", join(results, "fleet.json"));
    const report = (outcome: string) =>
      writeFileSync(
        join(results, "shard-1.json"),
        JSON.stringify({ shard: 1, tenants: [{ tenant: "acme", outcome }] }),
      );
    report("changed");
    const open = await list({ results, wave: "canary" });
    expect(open, open.stdout).toMatchObject({ code: 0, outputs: { failed: "0", count: "1" } });
    report("failed");
    const shut = await list({ results, wave: "canary" });
    expect(shut).toMatchObject({ code: 1, outputs: { failed: "1", count: "1" } });
    expect(shut.stdout).toMatch(/::error.*the roll-out stops after wave `canary`: a canary failed: `acme`/);
    expect(shut.summary).toContain("**The roll-out stops**");
  });

  it("finds what changed since a commit, and who has gone", async () => {
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b.example", ...args], { cwd: folder });
    git("init", "-q", "-b", "main");
    git("add", "-A");
    git("commit", "-q", "-m", "start");
    rmSync(join(folder, "tenants/globex.yaml"));
    const agent = join(folder, "tenants/acme/agent.yaml");
    writeFileSync(agent, `${readFileSync(agent, "utf8")}# changed\n`);
    git("commit", "-q", "-a", "-m", "change");
    const run = await list({ "changed-since": "HEAD~1" });
    expect(run.outputs).toMatchObject({ count: "1", removed: '["globex"]' });
    expect(JSON.parse(run.outputs.tenants ?? "")).toEqual({ include: [ACME] });
    expect((await list({ "changed-since": "HEAD" })).outputs.count).toBe("0");
  });

  it.each<[Record<string, string>, string[]]>([
    [
      { wave: "6", shards: "0", "error-budget": "few" },
      [
        "input `wave`: expected one of canary, 5, 25, rest, got `6`",
        "input `shards`: expected a whole number from 1, got `0`",
        "input `error-budget`: expected a share",
      ],
    ],
    [{ config: "nope.yaml" }, ["nope.yaml does not exist"]],
    [{ tenants: "acne" }, ["did you mean `acme`?"]],
    [{ shards: "257" }, ["expected a number from 2 to 256, got 257"]],
    [{ "changed-since": "HEAD" }, ["is no git repository"]],
    [{ results: "." }, ["input `results` needs `wave`"]],
    [{ results: ".", wave: "5" }, ["input `results`: . holds no fleet.json"]],
  ])("refuses %j with exit code 2, and names the repair", async (inputs, messages) => {
    const run = await list(inputs);
    for (const message of messages) expect(run.stdout).toContain(message);
    expect(run.code).toBe(2);
    expect(run.stdout).not.toContain("stack of the unexpected error");
  });
});
