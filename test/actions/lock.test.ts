import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UserError } from "../../src/core/errors.ts";
import { leasePath } from "../../src/lock/lease.ts";
import { acquire, failure, runEnvironment, type Stage, startStage } from "./lock-parts.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.stop());

const LONG_AGO = new Date("2026-11-20T08:00:00Z");

describe("a lock that is free", () => {
  it("is a lease that names its holder, and is empty when given back", async () => {
    const by = await stage.newRun(runEnvironment(42));
    const lock = await acquire(by, { environment: "free" });
    expect(lock.predecessor).toBeUndefined();
    const held = await stage.leaseOf("free");
    const attempt = "https://github.com/acme/clusters/actions/runs/42/attempts/1";
    expect(held.spec).toMatchObject({ leaseDurationSeconds: 30, leaseTransitions: 0 });
    expect(held.spec.holderIdentity).toMatch(
      new RegExp(`^${attempt}, job deploy, process ${process.pid} on `),
    );
    expect(held.metadata.annotations).toMatchObject({ "clearml-actions/run": attempt });
    await lock.release();
    const given = await stage.leaseOf("free");
    expect(given.spec.holderIdentity).toBeUndefined();
    expect(given.metadata.annotations ?? {}).toEqual({});
    const again = await acquire(by, { environment: "free" });
    expect(again.predecessor).toBeUndefined();
    expect((await stage.leaseOf("free")).spec.leaseTransitions).toBe(1);
    await again.release();
  });

  it("is one of each tenant, beside that of the environment", async () => {
    const locks = [
      await acquire(stage.run, { environment: "own" }),
      await acquire(stage.run, { environment: "own", tenant: "acme" }),
      await acquire(stage.run, { environment: "own", tenant: "globex" }),
    ];
    expect((await stage.leaseOf("own.acme")).spec.holderIdentity).toBeDefined();
    await Promise.all(locks.map((lock) => lock.release()));
  });

  it("goes to exactly one of two who see it free at once, in every one of 20 rounds", async () => {
    const others = await Promise.all([stage.newRun(), stage.newRun()]);
    for (let round = 0; round < 20; round++) {
      const environment = `race-${round}`;
      // Half of the leases are there and empty, the others are not there.
      if (round % 2) await (await acquire(stage.run, { environment })).release();
      const together = meeting(2);
      const tries = await Promise.allSettled(
        others.map((by) =>
          acquire(
            { ...by, kubernetes: { ...by.kubernetes, get: together(by.kubernetes.get) } },
            { environment },
          ),
        ),
      );
      const won = tries.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      const kinds = tries.flatMap((each) =>
        each.status === "rejected" ? [(each.reason as UserError).kind] : [],
      );
      expect([won.length, kinds]).toEqual([1, ["busy"]]);
      await won[0]?.release();
    }
  });

  it("goes to exactly one of two processes", async () => {
    for (let round = 0; round < 3; round++) {
      const environment = `processes-${round}`;
      const both = await Promise.all([0, 1].map(() => stage.holder({ environment })));
      for (const each of both) each.go();
      const said = await Promise.all(both.map((each) => each.next()));
      expect(said.map(({ event }) => event).sort()).toEqual(["held", "refused"]);
      await Promise.all(both.map((each) => each.kill("SIGKILL")));
    }
  });
});

describe("a lock that a process on this machine holds", () => {
  it("is refused with the holder, its run, and what to do; and goes to who waits long enough", async () => {
    const first = await stage.holder({ environment: "busy", variables: runEnvironment(51) });
    first.go();
    expect(await first.next()).toEqual({ event: "held" });
    const refused = await failure(acquire(stage.run, { environment: "busy" }));
    expect(refused.kind).toBe("busy");
    expect(refused.message).toMatch(
      /^environment `busy` is locked by https:\/\/github\.com\/acme\/clusters\/actions\/runs\/51\/attempts\/1, job deploy, process \d+ on \S+ since \S+Z \(\d+ s\): process \d+ on this machine is at work$/,
    );
    expect(refused.problems[0]?.hint).toBe(
      "let https://github.com/acme/clusters/actions/runs/51/attempts/1 end, or cancel it, then run this again; a holder that is gone frees the lock after 30 s",
    );
    const waiting = acquire(stage.run, { environment: "busy", waitMs: 30_000 });
    await expect.poll(() => stage.run.lines).toHaveLength(1);
    first.go();
    expect(await first.next()).toEqual({ event: "released" });
    const lock = await waiting;
    expect(lock.predecessor).toBeUndefined();
    expect(stage.run.lines[0]).toMatch(/^environment `busy` is locked by .*; waiting, at most \d+ s more$/);
    await lock.release();
  });

  it("is never taken from it, however late the lease is", async () => {
    const first = await stage.holder({ environment: "late" });
    first.go();
    await first.next();
    // Stopped, it renews nothing, and yet it goes on when it is let.
    process.kill(first.pid, "SIGSTOP");
    try {
      const lease = await stage.leaseOf("late");
      const spec = { ...lease.spec, leaseDurationSeconds: 1 };
      await stage.run.kubernetes.replace(leasePath("clearml-actions-late"), { ...lease, spec });
      const refused = await failure(acquire(stage.run, { environment: "late", waitMs: 4_000 }));
      expect(refused.message).toContain("is at work");
    } finally {
      await first.kill("SIGKILL");
    }
  });

  it("is taken over at once when it was killed, and says since when there may be leavings", async () => {
    const first = await stage.holder({ environment: "killed" });
    const before = Date.now();
    first.go();
    await first.next();
    await first.kill("SIGKILL");
    const started = performance.now();
    const lock = await acquire(stage.run, { environment: "killed" });
    expect(performance.now() - started).toBeLessThan(8_000);
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
    const lock = await acquire(stage.run, { environment: "cancel" });
    const other = await stage.newRun();
    const waiting = failure(acquire(other, { environment: "cancel", waitMs: 60_000 }));
    await expect.poll(() => other.lines.length).toBeGreaterThan(0);
    const started = performance.now();
    other.cancel();
    expect((await waiting).message).toMatch(
      /^cancelled while waiting for the lock of environment `cancel`, which /,
    );
    expect(performance.now() - started).toBeLessThan(900);
    await lock.release();
  });
});

describe("what runs that were killed may have left", () => {
  it("is noted from holder to holder until it is settled", async () => {
    const annotation = async () =>
      (await stage.leaseOf("carried")).metadata.annotations?.["clearml-actions/unfinished-since"];
    const first = await stage.holder({ environment: "carried" });
    first.go();
    await first.next();
    const since = String((await stage.leaseOf("carried")).spec.acquireTime);
    await first.kill("SIGKILL");
    const second = await stage.holder({ environment: "carried" });
    second.go();
    expect(await second.next()).toMatchObject({ event: "held", predecessor: { certain: true } });
    expect(new Date((await annotation()) ?? "")).toEqual(new Date(since));
    await second.kill("SIGKILL");
    const third = await acquire(stage.run, { environment: "carried" });
    expect(third.predecessor?.since).toEqual(new Date(since));
    expect(third.predecessor?.holder).toContain(`process ${second.pid} on`);
    // It ends in order, but has looked at nothing of it.
    await third.release();
    const fourth = await acquire(stage.run, { environment: "carried" });
    expect(fourth.predecessor).toEqual(third.predecessor);
    fourth.settle();
    await fourth.release();
    expect(await annotation()).toBeUndefined();
    const fifth = await acquire(stage.run, { environment: "carried" });
    expect(fifth.predecessor).toBeUndefined();
    await fifth.release({ unfinished: true });
    const sixth = await acquire(stage.run, { environment: "carried" });
    expect(sixth.predecessor).toMatchObject({
      certain: true,
      proof: "it gave the lock back before its work was done",
    });
    sixth.settle();
    await sixth.release();
  });

  it("stays uncertain as long as one of them is", async () => {
    await stage.elsewhere("doubt", { seconds: 1, renewed: LONG_AGO });
    const first = await stage.holder({ environment: "doubt" });
    first.go();
    expect(await first.next()).toMatchObject({ event: "held", predecessor: { certain: false } });
    await first.kill("SIGKILL");
    const second = await acquire(stage.run, { environment: "doubt" });
    expect(second.predecessor).toMatchObject({ certain: false, since: LONG_AGO });
    second.settle();
    await second.release();
  });
});

/** Lets nobody go on from the first thing they read before all have read theirs. */
function meeting(size: number): <T>(read: (path: string) => Promise<T>) => (path: string) => Promise<T> {
  let here = 0;
  let open: () => void;
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return (read) => {
    let first = true;
    return async (path) => {
      const found = await read(path);
      if (first && ++here === size) open();
      if (first) await all;
      first = false;
      return found;
    };
  };
}
