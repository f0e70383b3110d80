/** The workflow for fleets, run for real: its jobs, waves and gates by act, its gateways by a server. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WAVES } from "../../src/fleet/model.ts";
import { assignWaves } from "../../src/fleet/waves.ts";
import { ensureTools, WORKFLOW_TOOLS } from "../cluster/tools.ts";
import { type ActRun, runWorkflow } from "../support/act.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const WORKFLOW = ".github/workflows/tenant-fleet.yml";
const CALLER = ".github/workflows/caller.yml";
const KUBECONFIG = "apiVersion: v1\nkind: Config\ncurrent-context: the-cluster\n";
const NAMES = Array.from({ length: 24 }, (_, index) => `tenant-${index + 1}`);
const CANARY = "tenant-7";
const waves = assignWaves(NAMES, new Set([CANARY]));
const of = (wave: (typeof WAVES)[number]) => waves.get(wave) ?? [];

interface Deployment {
  job: string;
  names: string[];
  maxFailures: number;
  kubeconfig: string;
  mode: string;
}

let tools: Awaited<ReturnType<typeof ensureTools>>;
let scratch: string;
let gateways: Server;
/** Answers of gateways other than a redirect to the login, by tenant. */
const answers = new Map<string, number>();

beforeAll(async () => {
  tools = await ensureTools(WORKFLOW_TOOLS);
  scratch = mkdtempSync(join(tmpdir(), "fleet-test-"));
  gateways = createServer((request, response) => {
    response.writeHead(answers.get(request.url?.slice(1) ?? "") ?? 302, { location: "/login" }).end();
  });
  await new Promise<void>((done) => gateways.listen(0, "127.0.0.1", done));
  mkdirSync(join(scratch, "world", "tenants"), { recursive: true });
  makeRepository();
});
afterAll(() => {
  gateways.close();
  rmSync(scratch, { recursive: true, force: true });
});

function makeRepository(): void {
  const tenants = NAMES.map((name) => [
    `tenants/${name}.yaml`,
    `name: ${name}\nadmin: { name: A, email: admin@${name}.example }\n`,
  ]);
  const files: Record<string, string> = {
    ...Object.fromEntries(tenants),
    "clearml.yaml":
      "version: 1\nname: test\nbaseDomain: ml.example.com\ncomponents: {}\ntenants: tenants/*.yaml\n",
    [CALLER]: `on: workflow_dispatch
jobs:
  fleet:
    uses: ./${WORKFLOW}
    with:
      canary: ${CANARY}
      per-shard: 5
    secrets: inherit
`,
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(scratch, "repository", file)), { recursive: true });
    writeFileSync(join(scratch, "repository", file), text);
  }
  cpSync(join(ROOT, "workflows-examples/tenant-fleet.yml"), join(scratch, "repository", WORKFLOW));
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b.example", ...args], {
      cwd: join(scratch, "repository"),
    });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-q", "-m", "start");
}

interface FleetRun extends ActRun {
  deployments: Deployment[];
  /** Names of the tenants that are there afterwards. */
  there: string[];
}

/** A run of the workflow in the world as it is, with these troubles. */
async function roll(
  workflow: string,
  inputs: Record<string, string>,
  trouble: { failing?: string[]; lost?: string[] } = {},
): Promise<FleetRun> {
  const world = join(scratch, "world");
  const at = `http://127.0.0.1:${(gateways.address() as AddressInfo).port}`;
  writeFileSync(
    join(world, "world.json"),
    JSON.stringify({ failing: [], lost: [], ...trouble, gateways: at }),
  );
  writeFileSync(join(world, "journal"), "");
  const run = await runWorkflow(tools.act, {
    ...{ workflow, inputs, repository: join(scratch, "repository"), scratch },
    secrets: { KUBECONFIG },
    env: { WORLD: world },
    standIns: ["setup-clearml-helm", "deploy-tenant"],
  });
  const journal = readFileSync(join(world, "journal"), "utf8").trim();
  return {
    ...run,
    deployments: journal === "" ? [] : journal.split("\n").map((line) => JSON.parse(line) as Deployment),
    there: readdirSync(join(world, "tenants")).sort(),
  };
}

const sorted = (names: readonly string[]) => [...names].sort();

describe("tenant-fleet.yml, one run after the other", () => {
  it("stops at a canary whose gateway leads nowhere", async () => {
    answers.set(CANARY, 404);
    const run = await roll(WORKFLOW, { canary: CANARY, "per-shard": "5" });
    expect(run.code, run.output).not.toBe(0);
    expect(run.there, run.output).toEqual([CANARY]);
    expect(run.deployments).toEqual([
      { job: "canary", names: [CANARY], maxFailures: 0, kubeconfig: KUBECONFIG, mode: "600" },
    ]);
    expect(run.annotations).toContain(
      `the roll-out stops after wave \`canary\`: a canary failed: \`${CANARY}\``,
    );
    expect(run.summaries["gate-canary"]).toContain("answers 404");
    expect(run.summaries["gate-canary"]).toContain("held back");
    expect(Object.keys(run.summaries).sort()).toEqual(["gate-canary", "list"]);
  });

  it("goes on with a failure within the budget, and stops before the last wave when there are too many", async () => {
    answers.clear();
    const [failing = ""] = of("5");
    const lost = of("25").at(-1) ?? "";
    const run = await roll(
      WORKFLOW,
      { canary: CANARY, "per-shard": "3", "error-budget": "1" },
      { failing: [failing], lost: [lost] },
    );
    expect(run.code, run.output).not.toBe(0);
    expect(run.annotations).toContain("the roll-out stops after wave `25`");
    expect(new Set(run.deployments.map(({ job }) => job))).toEqual(new Set(["canary", "wave-5", "wave-25"]));
    expect(run.there.filter((name) => of("rest").includes(name))).toEqual([]);
    expect(run.summaries["gate-5"]).toContain("**1 failed**");
    expect(run.summaries["gate-5"]).toContain("The roll-out goes on.");
    const report = run.summaries["gate-25"];
    expect(report).toMatch(
      new RegExp(`❌ .${failing}. .* the company of ${failing} belongs to somebody else`),
    );
    expect(report).toContain(`| ❔ \`${lost}\` | 25 % |`);
    expect(report).toMatch(new RegExp(`rest<br/>${of("rest").length} tenants<br/>held back`));
  });

  it("goes through when everything is repaired, called from another workflow, and passes over what is done", async () => {
    const before = readdirSync(join(scratch, "world", "tenants"));
    const run = await roll(CALLER, {});
    expect(run.code, run.output).toBe(0);
    expect(run.there).toEqual(sorted(NAMES));
    expect(sorted(run.deployments.flatMap(({ names }) => names))).toEqual(sorted(NAMES));
    expect(run.deployments.every(({ names }) => names.length <= 5)).toBe(true);
    const jobs = run.deployments.map(({ job }) => job);
    const order = ["canary", "wave-5", "wave-25", "rest"];
    expect(jobs).toEqual(jobs.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
    expect(run.summaries.result).toContain("24 tenants so far, **0 failed**");
    expect(run.summaries.result).toContain("The roll-out is through.");
    for (const name of before) expect(run.summaries.result).toContain(`| ✅ \`${name}\` |`);
    expect(run.summaries.result?.match(/\| unchanged \|/g)).toHaveLength(before.length);
  });

  it("does nothing, and is green, when no change reaches a tenant", async () => {
    const run = await roll(WORKFLOW, { "changed-since": "HEAD" });
    expect(run.code, run.output).toBe(0);
    expect(run.deployments).toEqual([]);
    expect(Object.keys(run.summaries)).toEqual(["list"]);
  });
});
