/** The workflows that plan and deploy, run for real, one after the other, on a cluster of their own. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAIL_ANNOTATION } from "../cluster/stages.ts";
import { ensureTools, WORKFLOW_TOOLS } from "../cluster/tools.ts";
import { type ActOptions, type ActRun, runWorkflow } from "../support/act.ts";
import { auditedSince, writes } from "../support/audit.ts";
import { type ExampleRepository, exampleRepository } from "../support/example-repository.ts";
import { addTenant } from "../support/example-tenant.ts";
import { BOT, type GithubApi, startGithubApi, TOKEN } from "../support/github-api/server.ts";
import { pullRequestPayload } from "../support/pull-request.ts";
import { SECRETS, startWorld, type World } from "../support/world.ts";

/** What can be asked of a gateway without a network that leads to it. */
const CHECKS = ["login", "release", "deployment", "endpoints", "agent-namespace", "images"];

let act: string;
let folder: string;
let world: World;
let api: GithubApi;
let example: ExampleRepository;
const runs: ActRun[] = [];
const CRASHES = `apiserver:\n  podAnnotations: { ${FAIL_ANNOTATION}: crash }\n`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "examples-deploy-"));
  [{ act }, world, api] = await Promise.all([
    ensureTools(WORKFLOW_TOOLS),
    startWorld({ auditLog: true }),
    startGithubApi(),
  ]);
  const workflows = ["deploy-on-merge.yml", "smoke-test.yml", "plan-on-pull-request.yml", "reusable.yml"];
  example = await exampleRepository({ folder, world, workflows });
});
afterAll(async () => {
  example?.stop();
  await Promise.all([world?.stop(), api?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

async function run(workflow: string, more: Partial<ActOptions> = {}): Promise<ActRun> {
  const { actionInputs, secrets } = example.options;
  const inputs = {
    "smoke-test-gateway": { checks: CHECKS.join("\n") },
    "deploy-control-plane": { timeout: "15s" },
  };
  const done = await runWorkflow(act, {
    ...{ ...example.options, workflow: `.github/workflows/${workflow}`, githubApi: api },
    actionInputs: merged(actionInputs, inputs),
    ...more,
    secrets: { ...secrets, ...more.secrets, GITHUB_TOKEN: TOKEN },
  });
  runs.push(done);
  return done;
}

type ActionInputs = Record<string, Record<string, string>>;

function merged(first: ActOptions["actionInputs"] = {}, second: ActionInputs): ActionInputs {
  const more = Object.entries(second).map(([action, inputs]) => [action, { ...first[action], ...inputs }]);
  return { ...first, ...Object.fromEntries(more) };
}

/** What ran, without what every job begins and ends with: job, action, exit code. */
const story = ({ steps }: ActRun) =>
  steps
    .filter(({ action }) => !["setup-clearml-helm", "upload-artifact", "download-artifact"].includes(action))
    .map(({ job, action, code }) => `${job}: ${action} ${code}`);

const revisions = () =>
  world.kubectl("get", "secrets", "-A", "-l", "owner=helm", "-o", "name").trim().split("\n").sort();

describe("deploy-on-merge.yml, into an empty cluster", () => {
  it("deploys what was planned, then the tenants, then tries their gateways", async () => {
    const done = await run("deploy-on-merge.yml", { event: "push" });
    expect(done.code, done.output).toBe(0);
    expect(story(done)).toEqual([
      "lint: lint-overrides 0",
      "plan: deploy-control-plane 0",
      "apply: deploy-control-plane 0",
      "plan-tenants: deploy-tenant 0",
      "apply-tenants: deploy-tenant 0",
      "list: list-tenants 0",
      "tenant: smoke-test-gateway 0",
      "tenant: smoke-test-gateway 0",
    ]);
    expect(revisions()).toHaveLength(6);
    expect(readdirSync(done.artifacts).sort()).toEqual([
      ...["plan-control-plane", "plan-tenants", "smoke-test-acme", "smoke-test-globex"],
    ]);
    const report = join(done.artifacts, "smoke-test-acme", "smoke-test.json");
    expect(JSON.parse(readFileSync(report, "utf8"))).toMatchObject({ passed: true });
  });

  it("asks for no approval, and writes nothing, when nothing is to be done", async () => {
    const [before, requests] = [revisions(), auditedSince(world.cluster)];
    const done = await run("deploy-on-merge.yml", { event: "push" });
    expect(done.code, done.output).toBe(0);
    expect(story(done).filter((step) => /deploy|smoke/.test(step))).toEqual([
      "plan: deploy-control-plane 0",
      "plan-tenants: deploy-tenant 0",
      "tenant: smoke-test-gateway 0",
      "tenant: smoke-test-gateway 0",
    ]);
    expect(requests().length).toBeGreaterThan(10);
    expect(writes(requests())).toEqual([]);
    expect(revisions()).toEqual(before);
  });
});

describe("plan-on-pull-request.yml", () => {
  const plan = (from = api.repository) =>
    run("plan-on-pull-request.yml", {
      event: "pull_request",
      payload: pullRequestPayload(api.repository, example.commit(), { from }),
    });
  const comments = () => api.comments.map(({ login, body }) => ({ login, body }));

  it("does nothing for a pull request of a fork", async () => {
    const done = await plan("stranger/clusters");
    expect({ code: done.code, steps: done.steps }).toEqual({ code: 0, steps: [] });
  });

  it("comments what would become of the control plane", async () => {
    example.edit("overrides/control-plane.yaml", 'value: "3"', 'value: "41"');
    const requests = auditedSince(world.cluster);
    const done = await plan();
    expect(done.code, done.output).toBe(0);
    expect(comments()).toEqual([{ login: BOT, body: expect.stringContaining("41") }]);
    expect(writes(requests())).toEqual([]);
  });

  it("brings that comment up to date, and adds one about a tenant that is new", async () => {
    example.edit("overrides/control-plane.yaml", 'value: "41"', 'value: "42"');
    addTenant(example.options.repository, "initech");
    const done = await plan();
    expect(done.code, done.output).toBe(0);
    const [controlPlane, tenants, ...others] = comments();
    expect(others).toEqual([]);
    expect(controlPlane).toEqual({ login: BOT, body: expect.stringContaining("42") });
    expect(tenants).toEqual({ login: BOT, body: expect.stringContaining("initech") });
    expect(readdirSync(done.artifacts).sort()).toEqual(["plan-control-plane", "plan-tenants"]);
  });
});

describe("deploy-on-merge.yml, of a change that was approved", () => {
  it("keeps evidence of what fails", async () => {
    example.edit("overrides/control-plane.yaml", "apiserver:\n", CRASHES);
    const done = await run("deploy-on-merge.yml", { event: "push" });
    expect(done.code, done.output).not.toBe(0);
    expect(story(done).at(-1)).toBe("apply: deploy-control-plane 3");
    const kept = readdirSync(join(done.artifacts, "evidence-apply-1"), { recursive: true }).map(String);
    expect(kept.join("\n")).toMatch(/pods/);
    example.edit("overrides/control-plane.yaml", CRASHES, "apiserver:\n");
  });

  it("refuses when the cluster has moved since the plan, and writes nothing", async () => {
    const [before, requests] = [revisions(), auditedSince(world.cluster)];
    const rollback = [world.tools.helm, "--kubeconfig", world.cluster.kubeconfig, "rollback"];
    const done = await run("deploy-on-merge.yml", {
      event: "push",
      env: { WHILE_WAITING: [...rollback, ...["-n", "redis-shared", "redis", "1"]].join(" ") },
    });
    expect(done.code, done.output).not.toBe(0);
    expect(story(done).slice(1)).toEqual(["plan: deploy-control-plane 0", "apply: deploy-control-plane 2"]);
    expect(done.annotations).toMatch(/redis-shared\/redis: revision/);
    const since = revisions().filter((revision) => !before.includes(revision));
    expect(since).toEqual(["secret/sh.helm.release.v1.redis.v2"]);
    const written = writes(requests()).filter(
      ({ resource, namespace }) => resource !== "leases" && namespace !== "redis-shared",
    );
    expect(written).toEqual([]);
  });
});

describe("reusable.yml, for a push", () => {
  it("deploys the change and the new tenant, with a secret that only the user knows", async () => {
    for (const file of ["clearml.yaml", "overrides/control-plane.yaml"]) {
      example.edit(file, "SUPERVISOR_SECRET", "OPS_SECRET");
    }
    example.commit();
    const { SUPERVISOR_SECRET: secret } = SECRETS;
    const done = await run("reusable.yml", {
      event: "push",
      payload: { repository: { full_name: api.repository } },
      // act tells what a step hands on to the next ones; masked, it must not be there.
      hidesSecrets: true,
      secrets: { SUPERVISOR_SECRET: "", CLEARML_SECRETS: `\nOPS_SECRET=${secret}\n` },
    });
    expect(done.code, done.output).toBe(0);
    expect(story(done)).toEqual([
      "lint: lint-overrides 0",
      "plan: deploy-control-plane 0",
      "apply: deploy-control-plane 0",
      "plan-tenants: list-tenants 0",
      "plan-tenants: deploy-tenant 0",
      "apply-tenants: deploy-tenant 0",
      ...Array.from({ length: 3 }, () => "smoke-test: smoke-test-gateway 0"),
    ]);
    const deployed = world.kubectl("-n", "clearml", "get", "deployments", "-o", "json");
    expect(deployed).toContain(`"value": "42"`);
    expect(deployed).not.toContain(FAIL_ANNOTATION);
    expect(revisions()).toContain("secret/sh.helm.release.v1.clearml-app-gateway.v1");
    expect(world.kubectl("get", "namespace", "initech", "-o", "name")).toContain("initech");
  });
});

describe("smoke-test.yml, by hand", () => {
  it("tries the gateway of one tenant", async () => {
    const done = await run("smoke-test.yml", { inputs: { tenants: "initech" } });
    expect(done.code, done.output).toBe(0);
    expect(story(done)).toEqual(["list: list-tenants 0", "tenant: smoke-test-gateway 0"]);
  });

  it("tries an address without any key, and says what it found", async () => {
    const done = await run("smoke-test.yml", { inputs: { url: "http://127.0.0.1:9/" } });
    expect(done.code, done.output).not.toBe(0);
    expect(story(done)).toEqual(["address: smoke-test-gateway 1"]);
    const [step] = done.steps;
    for (const secret of Object.values(SECRETS)) expect(JSON.stringify(step?.env)).not.toContain(secret);
    const report = readFileSync(join(done.artifacts, "smoke-test", "smoke-test.json"), "utf8");
    expect(JSON.parse(report)).toMatchObject({ target: "http://127.0.0.1:9/", passed: false });
  });
});

describe("every run", () => {
  it("shows no secret, in output, summaries, artifacts or comments", () => {
    const { KUBECONFIG: kubeconfig = "" } = example.options.secrets ?? {};
    const keyData = /"client-key-data":"([^"]+)"/.exec(kubeconfig)?.[1] ?? "";
    expect(keyData.length).toBeGreaterThan(100);
    const secrets = [...Object.values(SECRETS), keyData, TOKEN];
    const forms = [...secrets, ...secrets.map((each) => Buffer.from(each).toString("base64"))];
    const texts = runs.flatMap(({ output, summaries, artifacts }) => [
      ...[output, ...Object.values(summaries), ...filesIn(artifacts)],
    ]);
    texts.push(...api.comments.map(({ body }) => body));
    expect(runs.length).toBeGreaterThan(7);
    for (const text of texts) for (const secret of forms) expect(text).not.toContain(secret);
  });
});

function filesIn(root: string): string[] {
  return readdirSync(root, { recursive: true })
    .map((file) => join(root, String(file)))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, "utf8"));
}
