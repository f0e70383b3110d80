import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UserError } from "../../src/core/errors.ts";
import { leasePath } from "../../src/lock/lease.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { acquire, failure, type Stage, startStage } from "./lock-parts.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.stop());

describe.concurrent("a lock that is held", () => {
  it("is renewed, also after somebody has touched the lease", async () => {
    const lock = await acquire(stage.run, { environment: "renew" });
    const { spec, ...lease } = await stage.leaseOf("renew");
    const labels = { touched: "yes" };
    await stage.run.kubernetes.replace(leasePath("clearml-actions-renew"), {
      ...{ ...lease, spec, metadata: { ...lease.metadata, labels } },
    });
    const renewed = async () => (await stage.leaseOf("renew")).spec.renewTime;
    await expect.poll(renewed, { timeout: 16_000, interval: 500 }).not.toBe(spec.renewTime);
    expect(lock.lost.aborted).toBe(false);
    await lock.release();
    const { spec: after, metadata } = await stage.leaseOf("renew");
    expect([after.holderIdentity, metadata.labels]).toEqual([undefined, labels]);
  });

  it("is lost when somebody else has it, and is not given back then", async () => {
    const lock = await acquire(stage.run, { environment: "robbed" });
    await stage.run.kubernetes.remove(leasePath("clearml-actions-robbed"));
    await stage.elsewhere("robbed");
    await expect.poll(() => lock.lost.aborted, { timeout: 15_000, interval: 200 }).toBe(true);
    expect((lock.lost.reason as UserError).message).toBe(
      "the lock of environment `robbed` is lost: dana@laptop, process 77 on other has taken it",
    );
    await lock.release();
    expect((await stage.leaseOf("robbed")).spec.holderIdentity).toBe("dana@laptop, process 77 on other");
  });

  it("is not taken from whoever has it meanwhile when it is given back", async () => {
    const lock = await acquire(stage.run, { environment: "unnoticed" });
    await stage.run.kubernetes.remove(leasePath("clearml-actions-unnoticed"));
    await stage.elsewhere("unnoticed");
    await lock.release();
    expect((await stage.leaseOf("unnoticed")).spec.holderIdentity).toBe("dana@laptop, process 77 on other");
    expect(stage.run.lines.filter((line) => line.includes("unnoticed"))).toEqual([]);
  });

  it("is lost when its lease is deleted", async () => {
    const lock = await acquire(stage.run, { environment: "deleted" });
    await stage.run.kubernetes.remove(leasePath("clearml-actions-deleted"));
    await expect.poll(() => lock.lost.aborted, { timeout: 15_000, interval: 200 }).toBe(true);
    expect((lock.lost.reason as UserError).message).toContain("its Lease was deleted");
  });

  it("is lost before its lease runs out when the cluster cannot be reached", async () => {
    const alone = await stage.newRun();
    const started = performance.now();
    const lock = await acquire(alone, { environment: "alone" });
    await alone.end();
    await expect.poll(() => lock.lost.aborted, { timeout: 30_000, interval: 200 }).toBe(true);
    expect(performance.now() - started).toBeLessThan(29_000);
    expect((lock.lost.reason as UserError).message).toContain("it could not be renewed for 25 s");
  }, 60_000);

  it("keeps no process up", async () => {
    const only = await stage.holder({ environment: "idle", abandon: true });
    only.go();
    await only.next();
    const started = performance.now();
    await only.ended;
    expect(performance.now() - started).toBeLessThan(9_000);
  });

  it("is held although every answer to the first writes got lost", async () => {
    const proxy = await startFaultProxy(stage.cluster);
    const by = await stage.newRun({}, undefined, proxy.kubeconfig);
    proxy.fault({ method: "POST", path: /\/leases$/, times: 1, fault: "cut-after" });
    proxy.fault({ method: "PUT", path: /\/leases\//, times: 1, fault: "cut-after" });
    const lock = await acquire(by, { environment: "lost-answers" });
    await lock.release();
    expect((await stage.leaseOf("lost-answers")).spec.holderIdentity).toBeUndefined();
    expect(by.lines).toEqual([]);
    await proxy.stop();
  });
});

describe("an account without rights on leases", () => {
  it("is told which, and how to give them", async () => {
    const nobody = await stage.newRun({}, undefined, stage.cluster.unprivilegedKubeconfig);
    const refused = await failure(acquire(nobody, { environment: "forbidden" }));
    expect(refused.kind).toBe("cluster");
    expect(refused.message).toMatch(
      /^the lock of environment `forbidden` cannot be taken: the cluster refused to read Lease default\/clearml-actions-forbidden \(403\)/,
    );
    expect(refused.problems[0]?.hint).toContain(
      "kubectl -n default create role clearml-actions-lock --verb=get,create,update --resource=leases.coordination.k8s.io",
    );
  });
});
