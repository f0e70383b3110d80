import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leasePath } from "../../src/lock/lease.ts";
import { type GithubApi, POWERLESS_TOKEN, startGithubApi, TOKEN } from "../support/github-api/server.ts";
import { acquire, failure, runEnvironment, type Stage, startStage } from "./lock-parts.ts";

let stage: Stage;
let github: GithubApi;
beforeAll(async () => {
  [stage, github] = await Promise.all([startStage(), startGithubApi()]);
});
afterAll(async () => {
  await github?.stop();
  await stage?.stop();
});

const LONG_AGO = new Date("2026-11-20T08:00:00Z");

describe.concurrent("a lock that a run on another machine holds", () => {
  const asking = (token = TOKEN) => stage.newRun(runEnvironment(90, github.url), token);

  it("is taken over when GitHub says that the run is completed", async () => {
    github.runs.push({ id: 61, attempt: 1, status: "completed", conclusion: "cancelled" });
    const name = await stage.elsewhere("completed", { run: 61, renewed: LONG_AGO });
    const lock = await acquire(await asking(), { environment: "completed" });
    expect(lock.predecessor).toMatchObject({ proof: `run ${name} is completed`, certain: true });
    expect(lock.predecessor?.since).toEqual(LONG_AGO);
    expect((await stage.leaseOf("completed")).spec.leaseTransitions).toBe(4);
    await lock.release();
  });

  it("is left alone while it is renewed, whatever GitHub says", async () => {
    github.runs.push({ id: 62, attempt: 1, status: "completed", conclusion: "failure" });
    await stage.elsewhere("renewed", { run: 62 });
    const path = leasePath("clearml-actions-renewed");
    const renewing = setInterval(async () => {
      const lease = await stage.leaseOf("renewed");
      const renewTime = new Date().toISOString().replace("Z", "000Z");
      await stage.run.kubernetes.replace(path, { ...lease, spec: { ...lease.spec, renewTime } });
    }, 2_000);
    const refused = await failure(acquire(await asking(), { environment: "renewed", waitMs: 14_000 }));
    clearInterval(renewing);
    expect(refused.message).toContain("GitHub says that its run is completed, but its lock was just renewed");
  });

  it("is refused while GitHub says that the run goes on and it is renewed, and goes over once it is not", async () => {
    github.runs.push({ id: 63, attempt: 1, status: "in_progress", conclusion: null });
    await stage.elsewhere("running", { run: 63, seconds: 3 });
    const by = await asking();
    const lock = await acquire(by, { environment: "running" });
    expect(by.lines[0]).toContain("GitHub says that its run goes on");
    expect(lock.predecessor).toMatchObject({ proof: "its lock was not renewed for 3 s", certain: false });
    // Not with every look at the lease.
    expect(github.requests.filter(({ path }) => path.includes("/63/"))).toHaveLength(1);
    await lock.release();
  });

  it("says which permission is missing to ask GitHub", async () => {
    github.runs.push({ id: 64, attempt: 1, status: "in_progress", conclusion: null });
    await stage.elsewhere("powerless", { run: 64, seconds: 3 });
    const by = await asking(POWERLESS_TOKEN);
    await (await acquire(by, { environment: "powerless" })).release();
    expect(by.lines[0]).toContain("permissions: actions: read");
  });

  it("is taken over when its lease runs out before our eyes, whatever its clock says", async () => {
    await stage.elsewhere("expired", { seconds: 4, renewed: LONG_AGO });
    const started = performance.now();
    const lock = await acquire(stage.run, { environment: "expired" });
    expect(performance.now() - started).toBeGreaterThan(4_000);
    expect(lock.predecessor).toMatchObject({
      holder: "dana@laptop, process 77 on other",
      proof: "its lock was not renewed for 4 s",
      certain: false,
    });
    await lock.release();
  });
});
