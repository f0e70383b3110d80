import { describe, expect, it } from "vitest";
import type { Holder } from "../../../src/lock/holder.ts";
import {
  isHeldBy,
  leaseName,
  readLease,
  releasedLease,
  renewedLease,
  takenLease,
} from "../../../src/lock/lease.ts";

const HOLDER: Holder = {
  id: "1f0d",
  name: "https://github.com/acme/clusters/actions/runs/42/attempts/1",
  run: "https://github.com/acme/clusters/actions/runs/42/attempts/1",
  job: "deploy",
  machine: { host: "vm-1", installation: "i", boot: "b", pidNamespace: "p", runner: "gpu-7" },
  pid: 4711,
  started: "99",
};
const UNFINISHED = {
  holder: "run 41",
  since: new Date("2026-11-21T08:00:00Z"),
  until: new Date("2026-11-21T08:10:00Z"),
  proof: "run 41 is completed",
  certain: true,
};
const NOW = new Date("2026-11-21T09:00:00.123Z");

describe("leaseName", () => {
  it.each([
    ["production", undefined, "clearml-actions-production"],
    ["production", "acme", "clearml-actions-production.acme"],
    ["Production", undefined, /^clearml-actions-production-[0-9a-f]{10}$/],
    ["a-b", undefined, "clearml-actions-a-b"],
    ["a", "b", "clearml-actions-a.b"],
    ["prod eu", undefined, /^clearml-actions-prod-eu-[0-9a-f]{10}$/],
    ["prod.", "Straße_1", /^clearml-actions-prod\.stra-e-1-[0-9a-f]{10}$/],
    ["x".repeat(300), undefined, /^clearml-actions-x{226}-[0-9a-f]{10}$/],
    ["x".repeat(237), undefined, `clearml-actions-${"x".repeat(237)}`],
  ])("of %s and %s is a name Kubernetes takes", (environment, tenant, wanted) => {
    const name = leaseName(environment, tenant);
    expect(name).toMatch(wanted);
    expect(name.length).toBeLessThanOrEqual(253);
    expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
  });

  it("is another one for every name that had to be changed", () => {
    const long = "x".repeat(300);
    const names = ["Prod", "pRod", "prod", "prod.", `${long}1`, `${long}2`].map((each) => leaseName(each));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("a lease", () => {
  it("tells who holds it, to people and to programs", () => {
    const object = takenLease("clearml-actions-production", HOLDER, NOW);
    expect(object).toMatchObject({
      metadata: {
        name: "clearml-actions-production",
        namespace: "default",
        annotations: { "clearml-actions/run": HOLDER.run },
      },
      spec: {
        holderIdentity: `${HOLDER.name}, job deploy, process 4711 on gpu-7`,
        acquireTime: "2026-11-21T09:00:00.123000Z",
        renewTime: "2026-11-21T09:00:00.123000Z",
      },
    });
    const lease = readLease(object);
    expect(lease.holder?.known).toEqual(HOLDER);
    expect(isHeldBy(lease, HOLDER)).toBe(true);
    expect(isHeldBy(lease, { ...HOLDER, id: "another" })).toBe(false);
    expect(lease.unfinished).toBeUndefined();
  });

  it("keeps what is noted in it, and what others have written, until it is settled", () => {
    const first = takenLease("x", HOLDER, NOW, undefined, UNFINISHED);
    const found = {
      ...first,
      metadata: { ...first.metadata, annotations: { ...first.metadata.annotations, theirs: "kept" } },
    };
    const later = new Date(NOW.getTime() + 5_000);
    const renewed = readLease(renewedLease(found, later));
    expect([renewed.acquired, renewed.renewed]).toEqual([NOW, later]);
    const released = releasedLease(found, later, { unfinished: UNFINISHED });
    expect(readLease(released)).toMatchObject({ unfinished: UNFINISHED });
    expect(readLease(released).holder).toBeUndefined();
    expect(released.metadata.annotations?.["clearml-actions/unfinished-since"]).toBe(
      "2026-11-21T08:00:00.000Z",
    );
    expect(releasedLease(found, later).metadata.annotations).toEqual({ theirs: "kept" });
    const noted = releasedLease(found, later, { notes: { seconds: "5" } });
    expect(noted.metadata.annotations).toEqual({ theirs: "kept", seconds: "5" });
    const again = takenLease("x", { ...HOLDER, id: "2" }, later, releasedLease(found, later));
    expect(again.metadata.annotations).toMatchObject({ theirs: "kept" });
    expect(again.spec).toMatchObject({ leaseTransitions: 1 });
  });

  it.each([
    ["no annotations", {}],
    ["annotations that are no JSON", { "clearml-actions/holder": "{", "clearml-actions/unfinished": "[" }],
    [
      "annotations of another form",
      {
        "clearml-actions/holder": '{"id":1}',
        "clearml-actions/unfinished": '{"certain":"yes"}',
        "clearml-actions/unfinished-since": "yesterday",
      },
    ],
  ])("with %s is still held", (_, annotations) => {
    const lease = readLease({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "x", annotations },
      spec: { holderIdentity: "somebody" },
    });
    expect(lease.holder).toEqual({ identity: "somebody" });
    expect(lease.unfinished).toBeUndefined();
    expect(lease.durationMs).toBe(30_000);
  });
});
