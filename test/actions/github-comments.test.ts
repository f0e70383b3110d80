import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BOT, type GithubApi, POWERLESS_TOKEN, startGithubApi, TOKEN } from "../support/github-api/server.ts";
import { type ActionRun, runAction } from "../support/run-action.ts";
import { SECRETS, startWorld, stepEnvironment, type World } from "../support/world.ts";
import { faultsOf } from "../unit/plan/comment-check.ts";

let world: World;
let api: GithubApi;
let machine: string;
let env: Record<string, string>;

beforeAll(async () => {
  machine = mkdtempSync(join(tmpdir(), "comments-test-"));
  [world, api] = await Promise.all([startWorld(), startGithubApi()]);
  const options = { cwd: world.folder, machine };
  const setup = await runAction("setup-clearml-helm", world.setup.inputs, {
    ...options,
    env: world.setup.env,
  });
  const event = join(machine, "event.json");
  writeFileSync(event, JSON.stringify({ pull_request: { number: 7, head: { sha: "abc" } } }));
  env = {
    ...world.env,
    ...stepEnvironment(setup),
    GITHUB_API_URL: api.url,
    GITHUB_REPOSITORY: api.repository,
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_EVENT_PATH: event,
    GITHUB_WORKFLOW: "deploy",
    GITHUB_RUN_ID: "42",
  };
});
afterAll(async () => {
  await Promise.all([world?.stop(), api?.stop()]);
  rmSync(machine, { recursive: true, force: true });
});

function plan(inputs: Record<string, string> = {}, more: Record<string, string> = {}): Promise<ActionRun> {
  return runAction(
    "deploy-control-plane",
    { mode: "plan", comment: "manage", "github-token": TOKEN, ...inputs },
    { cwd: world.folder, machine, env: { ...env, ...more } },
  );
}

const bodies = (login = BOT) => api.comments.filter((each) => each.login === login).map(({ body }) => body);
const writes = () =>
  api.requests
    .filter(({ method, path }) => method !== "GET" && path !== "/graphql")
    .map(({ method }) => method);

describe("the plan in a pull request", () => {
  it("is one comment, well-formed, with every release and no secret", async () => {
    api.say({ login: "ada", body: "<!-- clearml-actions:plan:deploy:demo -->\nI copied this." });
    const run = await plan();
    expect(run.code, run.stdout).toBe(0);
    expect(bodies()).toHaveLength(1);
    const [body = ""] = bodies();
    expect(body.split("\n").slice(0, 2)).toEqual([
      "<!-- clearml-actions:plan:deploy:demo -->",
      "### Plan for `demo`",
    ]);
    expect(body).toMatch(/\*\*2 to install, \d+ plain objects to write/);
    expect(body).toContain("`clearml/clearml`");
    expect(body).toContain("`redis-shared/redis`");
    expect(faultsOf(body)).toEqual([]);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(60_000);
    for (const secret of Object.values(SECRETS)) {
      expect(body).not.toContain(secret);
      expect(body).not.toContain(Buffer.from(secret).toString("base64"));
    }
    expect(run.stdout).toContain("comment of pull request 7: created");
  });

  it("is brought up to date in place, and not written again while it says the same", async () => {
    // Without charts: theirs invent passwords at every rendering, whose tags differ.
    const components = "network-isolation";
    const first = await plan({ components });
    expect(first.stdout).toContain("comment of pull request 7: updated");
    const before = writes();
    const second = await plan({ components }, { GITHUB_RUN_ID: "43" });
    expect(second.stdout).toContain("comment of pull request 7: unchanged");
    expect(writes()).toEqual(before);
  });

  it("leaves what others wrote alone", async () => {
    const run = await plan({ components: "redis" });
    expect(run.stdout).toContain("comment of pull request 7: updated");
    expect(bodies()).toHaveLength(1);
    expect(bodies()[0]).toContain("**1 to install");
    expect(bodies("ada")).toEqual(["<!-- clearml-actions:plan:deploy:demo -->\nI copied this."]);
  });

  it("is another one for another workflow", async () => {
    await plan({ components: "redis" }, { GITHUB_WORKFLOW: "nightly" });
    expect(bodies().map((body) => body.split("\n")[0])).toEqual([
      "<!-- clearml-actions:plan:deploy:demo -->",
      "<!-- clearml-actions:plan:nightly:demo -->",
    ]);
  });

  it("is not written where there is no pull request, or nobody asks for it", async () => {
    const before = api.requests.length;
    await plan({ components: "redis" }, { GITHUB_EVENT_PATH: "/nowhere" });
    await plan({ components: "redis", comment: "none" });
    expect(api.requests).toHaveLength(before);
  });

  it("is there in the summary and the file when the token may not write, and the right is named", async () => {
    const run = await plan({ components: "redis", "github-token": POWERLESS_TOKEN });
    expect(run.outputs.plan).toMatch(/plan\.json$/);
    expect(run.summary).toContain("### Plan for `demo`");
    expect(run.stdout).toContain("GitHub answered 403 (Resource not accessible by integration)");
    expect(run.stdout).toContain("permissions: pull-requests: ");
  });
});
