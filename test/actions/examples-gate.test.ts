/** The gates for pull requests, run for real. They need no cluster. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ensureTools, WORKFLOW_TOOLS } from "../cluster/tools.ts";
import { type ActRun, runWorkflow } from "../support/act.ts";
import { type ExampleRepository, exampleRepository } from "../support/example-repository.ts";
import { type GithubApi, startGithubApi, TOKEN } from "../support/github-api/server.ts";
import { pullRequestPayload } from "../support/pull-request.ts";

let act: string;
let folder: string;
let api: GithubApi;
let example: ExampleRepository;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "examples-gate-"));
  [{ act }, api] = await Promise.all([ensureTools(WORKFLOW_TOOLS), startGithubApi()]);
  example = await exampleRepository({ folder, workflows: ["lint-gate.yml", "reusable.yml"] });
});
afterEach(() => {
  example.git("reset", "--hard", "-q", "origin/main");
});
afterAll(async () => {
  await api?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A gate for a pull request with the change that was committed. */
function gate(workflow: string, from = api.repository): Promise<ActRun> {
  return runWorkflow(act, {
    ...example.options,
    workflow: `.github/workflows/${workflow}`,
    event: "pull_request",
    payload: pullRequestPayload(api.repository, example.git("rev-parse", "HEAD"), { from }),
    githubApi: api,
    secrets: { ...example.options.secrets, GITHUB_TOKEN: TOKEN },
  });
}

/** A port of sessions beyond what Kubernetes has. */
function breakOverride(): void {
  example.edit("tenants/acme/gateway.yaml", "end: 30120", "end: 3012o");
  example.commit();
}

const jobs = ({ steps }: ActRun) => [...new Set(steps.map(({ job }) => job))].sort();

describe.each(["lint-gate.yml", "reusable.yml"])("%s", (workflow) => {
  it("lets a harmless change of a stranger through, without any secret at hand", async () => {
    example.edit("tenants/acme/agent.yaml", "maxPods: 10", "maxPods: 11");
    example.commit();
    const run = await gate(workflow, "stranger/clusters");
    expect(run.code, run.output).toBe(0);
    expect(jobs(run)).toEqual(["lint"]);
    const given = run.steps.map(({ env }) => JSON.stringify(env)).join("\n");
    for (const secret of Object.values(example.options.secrets ?? {})) expect(given).not.toContain(secret);
  });

  it("stops a broken override, at its line", async () => {
    breakOverride();
    const run = await gate(workflow, "stranger/clusters");
    expect(run.code, run.output).not.toBe(0);
    const lint = run.steps.find(({ action }) => action === "lint-overrides");
    expect(lint?.code).toBe(1);
    expect(run.annotations).toMatch(/::error [^:]*file=tenants\/acme\/gateway\.yaml,line=19,/);
    expect(run.summaries.lint).toContain("tenants/acme/gateway.yaml:19");
  });

  it("says nothing of what was there before", async () => {
    breakOverride();
    example.git("update-ref", "refs/remotes/origin/main", "HEAD");
    example.edit("tenants/globex/agent.yaml", "maxPods: 10", "maxPods: 11");
    example.commit();
    const run = await gate(workflow, "stranger/clusters");
    example.git("reset", "--hard", "-q", "HEAD~2");
    example.git("update-ref", "refs/remotes/origin/main", "HEAD");
    expect(run.code, run.output).toBe(0);
  });
});

describe("lint-gate.yml, for a pull request of the same repository", () => {
  it("hands the findings to code scanning, and only `lint` fails", async () => {
    breakOverride();
    const run = await gate("lint-gate.yml");
    expect(run.code, run.output).not.toBe(0);
    expect(jobs(run)).toEqual(["lint", "review"]);
    const codes = run.steps
      .filter(({ action }) => action === "lint-overrides")
      .map(({ job, code }) => [job, code]);
    expect(Object.fromEntries(codes)).toEqual({ lint: 1, review: 0 });
    const file = join(run.artifacts, "code-scanning", "results.sarif");
    expect(existsSync(file), run.output).toBe(true);
    expect(readFileSync(file, "utf8")).toContain("tenants/acme/gateway.yaml");
  });
});
