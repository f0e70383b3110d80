import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditedSince, writes } from "../support/audit.ts";
import { nextGeneration } from "../support/chaos.ts";
import { type Deployment, newest, startDeployment } from "../support/deployment.ts";
import { type GithubApi, startGithubApi, TOKEN } from "../support/github-api/server.ts";
import type { ActionRun } from "../support/run-action.ts";
import { SECRETS } from "../support/world.ts";

interface PlanFile {
  version: number;
  environment: string;
  digest: string;
  expires: string;
  releases: {
    component: string;
    action: string;
    chartDigest?: string;
    baseRevision: number;
    objects: { kind: string; name: string; action: string; danger?: string[]; diff?: string }[];
  }[];
}

let deployment: Deployment;
let github: GithubApi;
const runs: ActionRun[] = [];

beforeAll(async () => {
  [deployment, github] = await Promise.all([startDeployment({ auditLog: true }), startGithubApi()]);
});
afterAll(async () => {
  await Promise.all([deployment?.stop(), github?.stop()]);
});

async function act(inputs: Record<string, string>, env: Record<string, string> = {}): Promise<ActionRun> {
  const run = await deployment.act("deploy-control-plane", inputs, { env });
  runs.push(run);
  return run;
}

async function plan(inputs: Record<string, string> = {}, env: Record<string, string> = {}) {
  const run = await act({ mode: "plan", ...inputs }, env);
  expect(run.code, run.stdout).toBe(0);
  // The runner's machine is the test's: the file outlives the step.
  const text = readFileSync(run.outputs.plan ?? "", "utf8");
  return { run, path: run.outputs.plan ?? "", text, file: JSON.parse(text) as PlanFile };
}

const actions = (file: PlanFile) =>
  Object.fromEntries(file.releases.map(({ component, action }) => [component, action]));

describe("a plan of an empty cluster", () => {
  it("foretells every object and writes nothing", async () => {
    const requests = auditedSince(deployment.world.cluster);
    const { run, file } = await plan();
    expect(writes(requests()).map(({ verb, uri }) => `${verb} ${uri}`)).toEqual([]);
    expect(requests().length).toBeGreaterThan(5);
    expect(run.outputs.changed).toBe("true");
    expect(actions(file)).toEqual({ "control-plane": "install", redis: "install" });
    const controlPlane = file.releases[0];
    expect(controlPlane?.chartDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(controlPlane?.baseRevision).toBe(0);
    const created = controlPlane?.objects.filter(({ action }) => action === "create") ?? [];
    expect(created.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["Deployment", "Service", "Ingress", "Secret"]),
    );
    expect(run.summary).toContain("```mermaid");
  });

  it("is what apply then does, and nothing is left to do after it", async () => {
    const { path } = await plan();
    const applied = await act({ plan: path });
    expect(applied.code, applied.stdout).toBe(0);
    expect(applied.outputs.changed).toBe("true");
    const again = await plan();
    expect(again.run.outputs.changed).toBe("false");
    expect(actions(again.file)).toEqual({ "control-plane": "none", redis: "none" });
  });
});

describe("an unchanged environment", () => {
  it("is applied without a new revision and without a write but the Lease", async () => {
    const before = newest(deployment.releases());
    const requests = auditedSince(deployment.world.cluster);
    const run = await act({});
    expect(run.code, run.stdout).toBe(0);
    expect(run.outputs.changed).toBe("false");
    const written = writes(requests());
    expect([...new Set(written.map(({ resource }) => resource))]).toEqual(["leases"]);
    expect(newest(deployment.releases())).toEqual(before);
  });
});

describe("a plan of a change", () => {
  it("shows what changes in which object, and no secret", async () => {
    nextGeneration(deployment, 41);
    const { file, run } = await plan({ components: "control-plane" });
    expect(actions(file)).toEqual({ "control-plane": "upgrade" });
    const changed = file.releases[0]?.objects ?? [];
    expect(changed.map(({ kind, action }) => `${action} ${kind}`)).toEqual(["change Deployment"]);
    expect(changed[0]?.diff).toMatch(/^-\s+value: "3"$/m);
    expect(changed[0]?.diff).toMatch(/^\+\s+value: "41"$/m);
    expect(run.summary).toContain("max_running_apps_per_company");
  });

  it("is refused once what it rests on has moved, and says what", async () => {
    const { path } = await plan();
    nextGeneration(deployment, 42);
    const edited = await act({ plan: path });
    expect(edited.code).toBe(2);
    expect(edited.stdout).toMatch(/clearml\/clearml: values changed/);
    nextGeneration(deployment, 41);
    expect((await act({})).code).toBe(0);
    const late = await act({ plan: path });
    expect(late.code).toBe(2);
    expect(late.stdout).toMatch(/revision/);
    expect(newest(deployment.releases()).map(({ version }) => version)).toEqual([2, 2]);
  });

  it("is refused when its file was changed", async () => {
    nextGeneration(deployment, 43);
    const { path, text } = await plan();
    writeFileSync(
      path,
      text.replace('"action": "upgrade"', '"action": "none"').replace('"upgrade"', '"none"'),
    );
    const run = await act({ plan: path });
    expect(run.code).toBe(2);
    expect(run.stdout).toMatch(/digest/);
  });
});

describe("dangerous changes", () => {
  it("need an approved plan", async () => {
    const override = "overrides/control-plane.yaml";
    deployment.edit(override, "apiserver:\n", "apiserver:\n  replicaCount: 0\n");
    const refused = await act({});
    expect(refused.code).toBe(2);
    expect(refused.stdout).toMatch(/replicas/);
    expect(refused.stdout).toMatch(/mode: plan/);
    const { path, run, file } = await plan();
    expect(run.summary).toMatch(/replicas/);
    expect(file.releases[0]?.objects.flatMap(({ danger }) => danger ?? [])).toEqual(["scaled-to-zero"]);
    const approved = await act({ plan: path });
    expect(approved.code, approved.stdout).toBe(0);
    deployment.edit(override, "  replicaCount: 0\n", "");
    expect((await act({})).code).toBe(0);
  });
});

describe("the comment of a pull request", () => {
  it("is one, kept up to date", async () => {
    const event = join(deployment.machine, "event.json");
    writeFileSync(event, JSON.stringify({ pull_request: { number: 7, head: { sha: "c0ffee" } } }));
    const env = {
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: github.repository,
      GITHUB_EVENT_NAME: "pull_request",
      GITHUB_EVENT_PATH: event,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_RUN_ID: "77",
      GITHUB_RUN_ATTEMPT: "1",
      GITHUB_WORKFLOW: "plan",
    };
    const inputs = { comment: "manage", "github-token": TOKEN };
    nextGeneration(deployment, 51);
    await plan(inputs, env);
    expect(github.comments.length).toBe(1);
    const first = github.comments[0]?.body ?? "";
    expect(first).toContain("control-plane");
    nextGeneration(deployment, 52);
    await plan(inputs, env);
    expect(github.comments.length).toBe(1);
    expect(github.comments[0]?.body).not.toBe(first);
    expect(github.comments[0]?.body).toContain("52");
  });
});

describe("every run", () => {
  it("shows no secret, in log, summary, outputs, plan or comment", () => {
    const texts = runs.map(({ stdout, stderr, summary, outputs }) => {
      const log = stdout.split("\n").filter((line) => !line.startsWith("::add-mask::"));
      return JSON.stringify([log, stderr, summary, outputs]);
    });
    for (const path of new Set(runs.flatMap(({ outputs }) => (outputs.plan ? [outputs.plan] : []))))
      texts.push(readFileSync(path, "utf8"));
    texts.push(...github.comments.map(({ body }) => body));
    const secrets = Object.values(SECRETS);
    const forms = [...secrets, ...secrets.map((each) => Buffer.from(each).toString("base64"))];
    for (const text of texts) for (const secret of forms) expect(text).not.toContain(secret);
  });
});
