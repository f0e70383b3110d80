import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAIL_ANNOTATION } from "../cluster/stages.ts";
import { nextGeneration } from "../support/chaos.ts";
import { type Deployment, newest, startDeployment } from "../support/deployment.ts";
import { type GithubApi, startGithubApi, TOKEN } from "../support/github-api/server.ts";
import type { ActionRun } from "../support/run-action.ts";
import { runCli } from "../support/run-cli.ts";

const OVERRIDE = "overrides/control-plane.yaml";
const NEVER_READY = `apiserver:\n  podAnnotations: { ${FAIL_ANNOTATION}: image }\n`;

let deployment: Deployment;
let github: GithubApi;

beforeAll(async () => {
  [deployment, github] = await Promise.all([startDeployment(), startGithubApi()]);
  const first = await deployment.act("deploy-control-plane");
  expect(first.code, first.stdout).toBe(0);
});
afterAll(async () => {
  await Promise.all([deployment?.stop(), github?.stop()]);
});

/** What the runner tells a step of this workflow run. */
function runOf(id: number): Record<string, string> {
  return {
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: github.repository,
    GITHUB_API_URL: github.url,
    GITHUB_RUN_ID: String(id),
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_JOB: "deploy",
  };
}

interface Started {
  ended: Promise<ActionRun>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a run and comes back once its log holds a line. */
async function startedUntil(line: RegExp, inputs: Record<string, string>, env: Record<string, string>) {
  return new Promise<Started>((resolve, reject) => {
    let kill: Started["kill"] = () => undefined;
    const ended = deployment.act("deploy-control-plane", inputs, {
      env,
      onStart(process) {
        kill = process.kill;
      },
      onLine(text) {
        if (line.test(text)) resolve({ ended, kill });
      },
    });
    ended.then((run) => reject(new Error(`it ended with ${run.code} before:\n${run.stdout}`)), reject);
  });
}

describe("two runs of one environment", () => {
  let holder: Started;

  beforeAll(async () => {
    deployment.edit(OVERRIDE, "apiserver:\n", NEVER_READY);
    github.runs.push({ id: 201, attempt: 1, status: "in_progress", conclusion: null });
    holder = await startedUntil(/cannot be pulled/, {}, runOf(201));
    deployment.edit(OVERRIDE, NEVER_READY, "apiserver:\n");
  });

  it("the second ends with 75 when it may not wait, names the first, and takes nothing from it", async () => {
    const busy = await deployment.act(
      "deploy-control-plane",
      { "lock-timeout": "0s", "github-token": TOKEN },
      { env: runOf(202) },
    );
    expect(busy.code, busy.stdout).toBe(75);
    expect(busy.stdout).toContain(`https://github.com/${github.repository}/actions/runs/201`);
    expect(busy.outputs["api-url"]).toBe("https://api.ml.example.com");
  });

  it("the second ends with 75 on the command line too, and prints JSON", async () => {
    const busy = await runCli(["deploy-control-plane", "--lock-timeout", "0s", "--json"], {
      cwd: deployment.world.folder,
      env: { ...deployment.env, ...runOf(204), INPUT_GITHUB_TOKEN: TOKEN },
    });
    expect(busy.code, busy.stderr).toBe(75);
    expect(busy.stderr).toContain(`https://github.com/${github.repository}/actions/runs/201`);
    expect(JSON.parse(busy.stdout)).toMatchObject({ "api-url": "https://api.ml.example.com" });
  });

  it("the second waits for the first, names it, and goes on when it has ended", async () => {
    const second = await startedUntil(/actions\/runs\/201/, { "github-token": TOKEN }, runOf(203));
    holder.kill("SIGINT");
    const [first, next] = await Promise.all([holder.ended, second.ended]);
    expect(first.code, first.stdout).toBe(3);
    expect(next.code, next.stdout).toBe(0);
    expect(next.outputs.changed).toBe("true");
    expect(newest(deployment.releases()).map(({ status }) => status)).toEqual(["deployed", "deployed"]);
  });
});

describe("a release that a Helm of somebody else has left pending", () => {
  it("is not touched without being asked, and repaired when asked", async () => {
    const release = newest(deployment.releases()).find(({ name }) => name === "clearml");
    const secret = `sh.helm.release.v1.clearml.v${release?.version}`;
    markPending(secret, release?.record);
    nextGeneration(deployment, 12);
    const refused = await deployment.act("deploy-control-plane", { timeout: "1s" });
    expect(refused.code).toBe(75);
    expect(refused.stdout).toContain("repair-pending");
    expect(refused.stdout).toContain("clearml");
    const repaired = await deployment.act("deploy-control-plane", { "repair-pending": "true" });
    expect(repaired.code, repaired.stdout).toBe(75);
    // Younger than the time a component may take: its Helm may still be at work. Five seconds later it is older.
    await pause(5_000);
    const later = await deployment.act("deploy-control-plane", {
      "repair-pending": "true",
      timeout: "5s",
    });
    expect(later.code, later.stdout).toBe(0);
    const now = newest(deployment.releases()).find(({ name }) => name === "clearml");
    expect(now).toMatchObject({ status: "deployed", version: (release?.version ?? 0) + 1 });
  });

  /** Writes the record as a Helm that was killed leaves it. */
  function markPending(secret: string, record: object | undefined): void {
    const { kubectl } = deployment.world;
    const pending = record as { info: { status: string; last_deployed: string } };
    pending.info.status = "pending-upgrade";
    pending.info.last_deployed = new Date(Date.now() - 60_000).toISOString();
    const packed = Buffer.from(gzipSync(JSON.stringify(pending)).toString("base64")).toString("base64");
    const patch = JSON.stringify({
      data: { release: packed },
      metadata: { labels: { status: "pending-upgrade" } },
    });
    kubectl("-n", "clearml", "patch", "secret", secret, "--type=merge", "-p", patch);
  }
});
