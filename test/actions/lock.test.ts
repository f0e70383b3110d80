import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import type { KubernetesObject } from "../../src/kubernetes/objects.ts";
import { LEASES, leasePath } from "../../src/lock/lease.ts";
import { acquireLock, type LockOptions } from "../../src/lock/lock.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { type GithubApi, POWERLESS_TOKEN, startGithubApi, TOKEN } from "../support/github-api/server.ts";
import { type Run, runEnvironment, startHolder, startRun } from "./lock-parts.ts";

let cluster: Cluster;
let github: GithubApi;
let run: Run;
const runs: Run[] = [];

beforeAll(async () => {
  [cluster, github] = await Promise.all([startCluster(), startGithubApi()]);
  run = await newRun();
});
afterAll(async () => {
  await Promise.all(runs.map((each) => each.end()));
  await github?.stop();
  await cluster?.stop();
});

async function newRun(variables: Record<string, string> = {}, token?: string): Promise<Run> {
  const started = await startRun(cluster.kubeconfig, variables, token);
  runs.push(started);
  return started;
}

const acquire = (by: Run, options: Partial<LockOptions> & { environment: string }) =>
  acquireLock(by.context, by.kubernetes, { waitMs: 0, github: by.github, ...options });

async function failure(work: Promise<unknown>): Promise<UserError> {
  const thrown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (thrown instanceof UserError) return thrown;
  throw new Error(`no UserError but ${String(thrown)}`);
}

async function leaseOf(environment: string): Promise<KubernetesObject & { spec: Record<string, unknown> }> {
  const found = await run.kubernetes.get(leasePath(`clearml-actions-${environment}`));
  if (!found) throw new Error(`no lease of ${environment}`);
  return found as never;
}

async function holder(environment: string, variables: Record<string, string> = {}, waitMs = 0) {
  const started = startHolder({ kubeconfig: cluster.kubeconfig, environment, variables, waitMs });
  expect(await started.next()).toEqual({ event: "ready" });
  return started;
}

/** The lease of a run that never was on this machine. */
async function elsewhere(
  environment: string,
  about: { run?: number; seconds?: number; renewed?: Date; machine?: object } = {},
) {
  const { seconds = 30, renewed = new Date(), machine = {} } = about;
  const url = about.run ? `https://github.com/acme/clusters/actions/runs/${about.run}/attempts/1` : undefined;
  const name = url ?? "dana@laptop";
  const known = {
    ...{ id: `other-${environment}`, name, pid: 77, started: "1" },
    ...(url ? { run: url, job: "deploy" } : {}),
    machine: { host: "other", installation: "1", boot: "2", pidNamespace: "3", runner: "", ...machine },
  };
  const time = renewed.toISOString().replace("Z", "000Z");
  await run.kubernetes.create(LEASES, {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      name: `clearml-actions-${environment}`,
      namespace: "default",
      annotations: { "clearml-actions/holder": JSON.stringify(known) },
    },
    spec: {
      holderIdentity: `${name}, process 77 on other`,
      leaseDurationSeconds: seconds,
      acquireTime: time,
      renewTime: time,
      leaseTransitions: 3,
    },
  });
  return { name };
}

const LONG_AGO = new Date("2026-11-20T08:00:00Z");

describe("a lock that is free", () => {
  it("is a lease that names its holder, and is empty when given back", async () => {
    const by = await newRun(runEnvironment(42));
    const lock = await acquire(by, { environment: "free" });
    expect(lock.predecessor).toBeUndefined();
    const held = await leaseOf("free");
    const attempt = "https://github.com/acme/clusters/actions/runs/42/attempts/1";
    expect(held.spec).toMatchObject({ leaseDurationSeconds: 30, leaseTransitions: 0 });
    expect(held.spec.holderIdentity).toMatch(
      new RegExp(`^${attempt}, job deploy, process ${process.pid} on `),
    );
    expect(held.metadata.annotations).toMatchObject({ "clearml-actions/run": attempt });
    await lock.release();
    const given = await leaseOf("free");
    expect(given.spec.holderIdentity).toBeUndefined();
    expect(given.metadata.annotations ?? {}).toEqual({});
    const again = await acquire(by, { environment: "free" });
    expect(again.predecessor).toBeUndefined();
    expect((await leaseOf("free")).spec.leaseTransitions).toBe(1);
    await again.release();
  });

  it("is one of each tenant, beside that of the environment", async () => {
    const locks = [
      await acquire(run, { environment: "own" }),
      await acquire(run, { environment: "own", tenant: "acme" }),
      await acquire(run, { environment: "own", tenant: "globex" }),
    ];
    expect((await leaseOf("own-acme")).spec.holderIdentity).toBeDefined();
    await Promise.all(locks.map((lock) => lock.release()));
  });

  it("goes to exactly one of two who want it at once, in every one of 20 rounds", async () => {
    for (let round = 0; round < 20; round++) {
      const environment = `race-${round}`;
      if (round % 2) await (await acquire(run, { environment })).release();
      const others = await Promise.all([newRun(), newRun()]);
      const tries = await Promise.allSettled(
        others.map((by) => acquireLock(by.context, by.kubernetes, { environment, waitMs: 0 })),
      );
      const won = tries.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      const kinds = tries.flatMap((each) =>
        each.status === "rejected" ? [(each.reason as UserError).kind] : [],
      );
      expect([won.length, kinds]).toEqual([1, ["busy"]]);
      await won[0]?.release();
      await Promise.all(others.map((by) => by.end()));
    }
  });
});

describe("a lock that a process on this machine holds", () => {
  it("is refused with the holder, its run, and what to do; and goes to who waits long enough", async () => {
    const first = await holder("busy", runEnvironment(51));
    first.go();
    expect(await first.next()).toEqual({ event: "held" });
    const refused = await failure(acquire(run, { environment: "busy" }));
    expect(refused.kind).toBe("busy");
    expect(refused.message).toMatch(
      /^environment `busy` is locked by https:\/\/github\.com\/acme\/clusters\/actions\/runs\/51\/attempts\/1, job deploy, process \d+ on \S+ since \S+Z \(\d+ s\): process \d+ on this machine is at work$/,
    );
    expect(refused.problems[0]?.hint).toBe(
      "let https://github.com/acme/clusters/actions/runs/51/attempts/1 end, or cancel it, then run this again; a holder that is gone frees the lock after 30 s",
    );
    const waiting = acquire(run, { environment: "busy", waitMs: 30_000 });
    await expect.poll(() => run.lines).toHaveLength(1);
    first.go();
    expect(await first.next()).toEqual({ event: "released" });
    const lock = await waiting;
    expect(lock.predecessor).toBeUndefined();
    expect(run.lines[0]).toMatch(/^environment `busy` is locked by .*; waiting, at most \d+ s more$/);
    await lock.release();
  });

  it("is never taken from it, however late the lease is", async () => {
    const first = await holder("late");
    first.go();
    await first.next();
    // Stopped, it renews nothing, and yet it goes on when it is let.
    process.kill(first.pid, "SIGSTOP");
    const lease = await leaseOf("late");
    const spec = { ...lease.spec, leaseDurationSeconds: 1 };
    await run.kubernetes.replace(leasePath("clearml-actions-late"), { ...lease, spec });
    const refused = await failure(acquire(run, { environment: "late", waitMs: 4_000 }));
    expect(refused.message).toContain("is at work");
    process.kill(first.pid, "SIGCONT");
    await first.kill("SIGKILL");
  });

  it("is taken over at once when it was killed, and says since when there may be leavings", async () => {
    const first = await holder("killed");
    const before = Date.now();
    first.go();
    await first.next();
    await first.kill("SIGKILL");
    const started = performance.now();
    const lock = await acquire(run, { environment: "killed" });
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(lock.predecessor).toMatchObject({
      proof: `process ${first.pid} on this machine has ended`,
      certain: true,
    });
    expect(lock.predecessor?.holder).toContain(`process ${first.pid} on`);
    const since = lock.predecessor?.since.getTime() ?? 0;
    expect([since >= before, since <= Date.now()]).toEqual([true, true]);
    await lock.release();
  });

  it("ends the wait at once when the run is cancelled", async () => {
    const lock = await acquire(run, { environment: "cancel" });
    const other = await newRun();
    const waiting = failure(acquire(other, { environment: "cancel", waitMs: 60_000 }));
    await expect.poll(() => other.lines.length).toBeGreaterThan(0);
    const started = performance.now();
    other.cancel();
    expect((await waiting).message).toMatch(
      /^cancelled while waiting for the lock of environment `cancel`, which /,
    );
    expect(performance.now() - started).toBeLessThan(500);
    await lock.release();
  });
});

describe("what runs that were killed may have left", () => {
  it("is noted from holder to holder until it is settled", async () => {
    const annotation = async () =>
      (await leaseOf("carried")).metadata.annotations?.["clearml-actions/unfinished-since"];
    const first = await holder("carried");
    first.go();
    await first.next();
    const since = String((await leaseOf("carried")).spec.acquireTime);
    await first.kill("SIGKILL");
    const second = await holder("carried");
    second.go();
    expect(await second.next()).toMatchObject({ event: "held", predecessor: { certain: true } });
    expect(new Date((await annotation()) ?? "")).toEqual(new Date(since));
    await second.kill("SIGKILL");
    const third = await acquire(run, { environment: "carried" });
    expect(third.predecessor?.since).toEqual(new Date(since));
    expect(third.predecessor?.holder).toContain(`process ${second.pid} on`);
    // It ends in order, but has looked at nothing of it.
    await third.release();
    const fourth = await acquire(run, { environment: "carried" });
    expect(fourth.predecessor).toEqual(third.predecessor);
    fourth.settle();
    await fourth.release();
    expect(await annotation()).toBeUndefined();
    const fifth = await acquire(run, { environment: "carried" });
    expect(fifth.predecessor).toBeUndefined();
    await fifth.release({ unfinished: true });
    const sixth = await acquire(run, { environment: "carried" });
    expect(sixth.predecessor).toMatchObject({
      certain: true,
      proof: "it gave the lock back before its work was done",
    });
    sixth.settle();
    await sixth.release();
  });

  it("stays uncertain as long as one of them is", async () => {
    await elsewhere("doubt", { seconds: 1, renewed: LONG_AGO });
    const first = await holder("doubt");
    first.go();
    expect(await first.next()).toMatchObject({ event: "held", predecessor: { certain: false } });
    await first.kill("SIGKILL");
    const second = await acquire(run, { environment: "doubt" });
    expect(second.predecessor).toMatchObject({ certain: false, since: LONG_AGO });
    second.settle();
    await second.release();
  });
});

describe("a lock that a run on another machine holds", () => {
  const asking = (token = TOKEN) => newRun(runEnvironment(90, github.url), token);

  it("is taken over when GitHub says that the run is completed", async () => {
    github.runs.push({ id: 61, attempt: 1, status: "completed", conclusion: "cancelled" });
    const { name } = await elsewhere("completed", { run: 61, renewed: LONG_AGO });
    const lock = await acquire(await asking(), { environment: "completed" });
    expect(lock.predecessor).toMatchObject({ proof: `run ${name} is completed`, certain: true });
    expect(lock.predecessor?.since).toEqual(LONG_AGO);
    expect((await leaseOf("completed")).spec.leaseTransitions).toBe(4);
    await lock.release();
  });

  it("is left alone while it is renewed, whatever GitHub says", async () => {
    github.runs.push({ id: 62, attempt: 1, status: "completed", conclusion: "failure" });
    await elsewhere("renewed", { run: 62 });
    const path = leasePath("clearml-actions-renewed");
    const renewing = setInterval(async () => {
      const lease = await leaseOf("renewed");
      const renewTime = new Date().toISOString().replace("Z", "000Z");
      await run.kubernetes.replace(path, { ...lease, spec: { ...lease.spec, renewTime } });
    }, 2_000);
    const refused = await failure(acquire(await asking(), { environment: "renewed", waitMs: 14_000 }));
    clearInterval(renewing);
    expect(refused.message).toContain("GitHub says that its run is completed, but its lock was just renewed");
  });

  it("is refused while GitHub says that the run goes on and it is renewed, and goes over once it is not", async () => {
    github.runs.push({ id: 63, attempt: 1, status: "in_progress", conclusion: null });
    await elsewhere("running", { run: 63, seconds: 3 });
    const by = await asking();
    const asked = github.requests.length;
    const lock = await acquire(by, { environment: "running" });
    expect(by.lines[0]).toContain("GitHub says that its run goes on");
    expect(lock.predecessor).toMatchObject({ proof: "its lock was not renewed for 3 s", certain: false });
    // Not with every look at the lease.
    expect(github.requests.length - asked).toBe(1);
    await lock.release();
  });

  it("says which permission is missing to ask GitHub", async () => {
    github.runs.push({ id: 64, attempt: 1, status: "in_progress", conclusion: null });
    await elsewhere("powerless", { run: 64, seconds: 3 });
    const by = await asking(POWERLESS_TOKEN);
    await (await acquire(by, { environment: "powerless" })).release();
    expect(by.lines[0]).toContain("permissions: actions: read");
  });

  it("is taken over when its lease runs out before our eyes, whatever its clock says", async () => {
    await elsewhere("expired", { seconds: 4, renewed: LONG_AGO });
    const started = performance.now();
    const lock = await acquire(run, { environment: "expired" });
    expect(performance.now() - started).toBeGreaterThan(4_000);
    expect(lock.predecessor).toMatchObject({
      holder: "dana@laptop, process 77 on other",
      proof: "its lock was not renewed for 4 s",
      certain: false,
    });
    await lock.release();
  });
});

describe("a lock that is held", () => {
  it("is renewed, also after somebody has touched the lease", async () => {
    const lock = await acquire(run, { environment: "renew" });
    const { spec, ...lease } = await leaseOf("renew");
    const labels = { touched: "yes" };
    await run.kubernetes.replace(leasePath("clearml-actions-renew"), {
      ...{ ...lease, spec, metadata: { ...lease.metadata, labels } },
    });
    const renewed = async () => (await leaseOf("renew")).spec.renewTime;
    await expect.poll(renewed, { timeout: 16_000, interval: 500 }).not.toBe(spec.renewTime);
    expect(lock.lost.aborted).toBe(false);
    await lock.release();
    const { spec: after, metadata } = await leaseOf("renew");
    expect([after.holderIdentity, metadata.labels]).toEqual([undefined, labels]);
  });

  it("is lost when somebody else has it, and is not given back then", async () => {
    const lock = await acquire(run, { environment: "robbed" });
    await run.kubernetes.remove(leasePath("clearml-actions-robbed"));
    await elsewhere("robbed");
    await expect.poll(() => lock.lost.aborted, { timeout: 15_000, interval: 200 }).toBe(true);
    expect((lock.lost.reason as UserError).message).toBe(
      "the lock of environment `robbed` is lost: dana@laptop, process 77 on other has taken it",
    );
    await lock.release();
    expect((await leaseOf("robbed")).spec.holderIdentity).toBe("dana@laptop, process 77 on other");
  });

  it("is lost when its lease is deleted", async () => {
    const lock = await acquire(run, { environment: "deleted" });
    await run.kubernetes.remove(leasePath("clearml-actions-deleted"));
    await expect.poll(() => lock.lost.aborted, { timeout: 15_000, interval: 200 }).toBe(true);
    expect((lock.lost.reason as UserError).message).toContain("its Lease was deleted");
  });

  it("is lost before its lease runs out when the cluster cannot be reached", async () => {
    const alone = await newRun();
    const started = performance.now();
    const lock = await acquire(alone, { environment: "alone" });
    await alone.end();
    await expect.poll(() => lock.lost.aborted, { timeout: 30_000, interval: 200 }).toBe(true);
    expect(performance.now() - started).toBeLessThan(29_000);
    expect((lock.lost.reason as UserError).message).toContain("it could not be renewed for 25 s");
  }, 60_000);

  it("keeps no process up", async () => {
    const only = await holder("idle");
    only.go();
    await only.next();
    await only.kill("SIGTERM");
  });
});

describe("an account without rights on leases", () => {
  it("is told which, and how to give them", async () => {
    const nobody = await startRun(cluster.unprivilegedKubeconfig);
    runs.push(nobody);
    const refused = await failure(acquire(nobody, { environment: "forbidden" }));
    expect(refused.kind).toBe("cluster");
    expect(refused.message).toMatch(
      /^the lock of environment `forbidden` cannot be taken: the cluster refused to get .*\(403\)/,
    );
    expect(refused.problems[0]?.hint).toContain(
      "kubectl -n default create role clearml-actions-lock --verb=get,create,update --resource=leases.coordination.k8s.io",
    );
  });
});
