import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createExec } from "../../../src/core/exec.ts";
import type { Github } from "../../../src/github/api.ts";
import { describeHolder, type Holder, ownHolder, runName } from "../../../src/lock/holder.ts";
import { type Lease, readLease, takenLease } from "../../../src/lock/lease.ts";
import { isRestarted, isSameMachine, type Machine, processStart } from "../../../src/lock/machine.ts";
import { createJudge } from "../../../src/lock/proof.ts";
import { createWatch } from "../../../src/lock/watch.ts";

const exec = createExec(process.env, {
  info: () => undefined,
  debug: () => undefined,
  group: (_, work) => work(),
});
const BOTH = { quiet: true, expired: true };
const QUIET = { quiet: true, expired: false };
const FRESH = { quiet: false, expired: false };
const OUTERMOST = "pid:[4026531836]";
const BARE: Machine = {
  host: "vm-1",
  installation: "a1",
  boot: "b1",
  pidNamespace: OUTERMOST,
  runner: "gpu-7",
};
const RUN = "https://github.com/acme/clusters/actions/runs/42/attempts/1";

let me: Holder;
beforeAll(async () => {
  me = await ownHolder({ env: {}, exec });
});

/** GitHub that says this about every run. */
function saying(status: string): Github {
  return {
    server: "https://github.com",
    request: async () => ({ status: 200, json: { status } }),
  } as unknown as Github;
}

function judge(holder: Holder, seen: Parameters<ReturnType<typeof createJudge>>[1], asker: object = {}) {
  const lease = readLease(takenLease("x", holder, new Date()));
  return createJudge({ context: { env: {}, exec }, me, github: undefined, ...asker })(lease, seen);
}

describe("who holds a lock", () => {
  it("is a run and its job on GitHub, a person elsewhere, and always a process on a machine", async () => {
    const env = {
      GITHUB_SERVER_URL: "https://ghe.example.com",
      GITHUB_REPOSITORY: "acme/clusters",
      GITHUB_RUN_ID: "42",
      GITHUB_RUN_ATTEMPT: "3",
      GITHUB_JOB: "deploy",
      RUNNER_NAME: "gpu-7",
    };
    const run = "https://ghe.example.com/acme/clusters/actions/runs/42/attempts/3";
    expect(runName(env)).toBe(run);
    const holder = await ownHolder({ env, exec });
    expect(describeHolder(holder)).toBe(`${run}, job deploy, process ${process.pid} on gpu-7`);
    expect(holder).toMatchObject({ run, job: "deploy", pid: process.pid });
    expect(describeHolder(me)).toMatch(/^\S+@\S+, process \d+ on \S+$/);
    expect(me.run).toBeUndefined();
    expect((await ownHolder({ env, exec })).id).not.toBe(holder.id);
  });
});

describe("a holder on this machine", () => {
  it("is at work while its process is there, whatever else is said", async () => {
    const verdict = await judge({ ...me, name: RUN, run: RUN }, BOTH, { github: saying("completed") });
    expect(verdict).toEqual({
      gone: false,
      why: `process ${process.pid} on this machine is at work`,
      sure: true,
    });
  });

  it("is gone when its process has ended, or is another one of that number", async () => {
    const child = spawn("true");
    await once(child, "exit");
    const ended = { ...me, pid: child.pid ?? 0 };
    const proof = `process ${ended.pid} on this machine has ended`;
    expect(await judge(ended, FRESH)).toEqual({ gone: true, proof, certain: true });
    expect(await judge({ ...me, started: "1" }, FRESH)).toMatchObject({ gone: true, certain: true });
  });

  it.runIf(process.platform === "linux")("is gone when only its parent has not noticed yet", async () => {
    // The shell becomes `sleep`, which never asks what became of the shell's child.
    const shell = spawn("sh", ["-c", "true & exec sleep 30"]);
    const children = () =>
      execFileSync("ps", ["-o", "pid=,stat=", "--ppid", String(shell.pid)], { encoding: "utf8" }).trim();
    await expect.poll(() => children(), { timeout: 5_000 }).toMatch(/ Z/);
    const zombie = Number.parseInt(children(), 10);
    expect(await processStart(exec, zombie)).toBeUndefined();
    expect(await processStart(exec, shell.pid ?? 0)).toMatch(/^\d+$/);
    shell.kill("SIGKILL");
  });

  it.each([
    ["the very same", {}, true],
    ["another boot", { boot: "b2" }, false],
    ["another container", { pidNamespace: "pid:[4026532500]" }, false],
    ["another runner, cloned from the same image", { runner: "gpu-8" }, false],
    ["another host", { host: "vm-2" }, false],
    ["another installation", { installation: "a2" }, false],
  ])("is so only on %s machine", (_, change, same) => {
    expect(isSameMachine({ ...BARE, ...change }, BARE)).toBe(same);
  });

  it("is not known where there is no id of the boot", () => {
    expect(isSameMachine({ ...BARE, boot: "" }, { ...BARE, boot: "" })).toBe(false);
  });
});

describe("a machine that was restarted", () => {
  it.each([
    ["a new boot", {}, true],
    ["the same boot", { boot: "b0" }, false],
    ["no known boot", { boot: "" }, false],
    ["another runner", { runner: "gpu-8" }, false],
    ["another installation", { installation: "a2" }, false],
    ["no known installation", { installation: "" }, false],
    ["another host", { host: "vm-2" }, false],
    ["a container", { pidNamespace: "pid:[4026532500]" }, false],
  ])("is told by %s", (_, change, restarted) => {
    expect(isRestarted({ ...BARE, boot: "b0" }, { ...BARE, ...change })).toBe(restarted);
  });

  it("proves the end of what ran on it, unless the lock is renewed or the machine is a hosted runner", async () => {
    const before = { ...me, machine: { ...BARE, boot: "b0" } };
    const asker = { me: { ...me, machine: BARE } };
    const proof = "the machine vm-1 has been restarted since";
    expect(await judge(before, QUIET, asker)).toEqual({ gone: true, proof, certain: true });
    expect(await judge(before, FRESH, asker)).toMatchObject({ gone: false });
    const hosted = { ...asker, context: { env: { RUNNER_ENVIRONMENT: "github-hosted" }, exec } };
    expect(await judge(before, QUIET, hosted)).toMatchObject({ gone: false });
  });
});

describe("a holder elsewhere", () => {
  const there = () => ({
    ...me,
    name: RUN,
    run: RUN,
    machine: { ...BARE, host: "vm-2", installation: "a2" },
  });

  it.each([
    ["completed", QUIET, { gone: true, proof: `run ${RUN} is completed`, certain: true }],
    ["completed", BOTH, { gone: true, proof: `run ${RUN} is completed`, certain: true }],
    [
      "completed",
      FRESH,
      { gone: false, why: "GitHub says that its run is completed, but its lock was just renewed" },
    ],
    ["in_progress", QUIET, { gone: false, why: "GitHub says that its run goes on" }],
    ["queued", BOTH, { gone: true, proof: "its lock was not renewed for 30 s", certain: false }],
  ])("whose run is %s, seen %o", async (status, seen, wanted) => {
    expect(await judge(there(), seen, { github: saying(status) })).toEqual(wanted);
  });

  it("of our own run is not asked about at GitHub, which would say that it goes on", async () => {
    const github = { server: "https://github.com", request: () => Promise.reject(new Error("was asked")) };
    const verdict = await judge(there(), QUIET, { github, me: { ...me, run: RUN } });
    expect(verdict).toEqual({ gone: false, why: "nothing tells that it has ended" });
  });

  it("is gone by its lease alone when nobody can be asked, but not for certain", async () => {
    expect(await judge(there(), QUIET)).toEqual({
      gone: false,
      why: "GitHub was not asked, because this run is not on GitHub",
    });
    expect(await judge(there(), BOTH)).toMatchObject({ gone: true, certain: false });
  });
});

describe("watching a lease", () => {
  afterEach(() => void vi.useRealTimers());

  it("counts the time here since it was last renewed, whatever its clock says", () => {
    vi.useFakeTimers({ now: new Date("2026-11-21T09:00:00Z"), toFake: ["Date", "performance"] });
    const watch = createWatch();
    const at = (seconds: number): Lease =>
      readLease(takenLease("x", me, new Date(Date.parse("2026-11-21T09:00:30Z") + seconds * 1000)));
    expect(watch(at(0))).toEqual({ quiet: false, expired: false, alive: false });
    vi.advanceTimersByTime(11_000);
    expect(watch(at(0))).toMatchObject({ quiet: false });
    vi.advanceTimersByTime(2_000);
    expect(watch(at(0))).toEqual({ quiet: true, expired: false, alive: false });
    expect(watch(at(13))).toEqual({ quiet: false, expired: false, alive: true });
    vi.advanceTimersByTime(29_000);
    expect(watch(at(13))).toMatchObject({ expired: false });
    vi.advanceTimersByTime(1_000);
    expect(watch(at(13))).toEqual({ quiet: true, expired: true, alive: true });
    // Another one has it now.
    const other = readLease(takenLease("x", { ...me, id: "other" }, new Date(Date.now() + 3_600_000)));
    expect(watch(other)).toEqual({ quiet: false, expired: false, alive: false });
  });

  it("takes an old lease for quiet at once, but never for expired", () => {
    const old = readLease(takenLease("x", me, new Date(Date.now() - 3_600_000)));
    expect(createWatch()(old)).toEqual({ quiet: true, expired: false, alive: false });
  });
});
