import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../src/catalogue/index.ts";
import type { ComponentId } from "../../../src/catalogue/model.ts";
import { decide, rollBack, type TouchedRelease, undoOrder } from "../../../src/deploy/failure/rollback.ts";
import type { ClusterSession } from "../../../src/deploy/session.ts";
import type { ComponentUse } from "../../../src/environment/model.ts";
import type { ReleaseRecord } from "../../../src/helm/record.ts";

function use(id: ComponentId, more: Partial<ComponentUse> = {}): ComponentUse {
  const definition = CATALOGUE[id];
  return { id, definition, needs: [], release: id, namespace: "shop", ...more } as unknown as ComponentUse;
}

function record(revision: number, more: Partial<ReleaseRecord> = {}): ReleaseRecord {
  const described = {
    status: "deployed",
    chart: "c",
    chartVersion: "1.0.0",
    manifest: "",
    description: "by hand",
  };
  return { revision, ...described, ...more } as ReleaseRecord;
}

const DEFINITION =
  "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: things.example.com }\n";

interface Case {
  id?: ComponentId;
  before?: ReleaseRecord;
  failed?: boolean;
  live?: ReleaseRecord | undefined;
  good?: number[];
}

function decided({ id = "agent", before, failed = true, live = record(6), good = [] }: Case) {
  const touched = { use: use(id), ...(before ? { before } : {}), after: { revision: 6 }, failed };
  return decide(touched, live, good);
}

describe("decide", () => {
  it.each<[string, Case, object]>([
    ["a release as it was", { before: record(5) }, { do: "rollback", revision: 5 }],
    [
      "the last one that worked, when it had failed before",
      { before: record(5, { status: "failed" }), good: [4, 3] },
      { do: "rollback", revision: 4 },
    ],
    [
      "one that keeps data and failed, under the same chart",
      { id: "redis", before: record(5) },
      { do: "rollback", revision: 5 },
    ],
    [
      "a kept definition",
      { before: record(5, { manifest: DEFINITION }), live: record(6, { manifest: DEFINITION }) },
      { do: "rollback", revision: 5 },
    ],
  ])("goes back to %s", (_, given, decision) => expect(decided(given)).toMatchObject(decision));

  it.each<[string, Case]>([
    ["was not there", {}],
    ["was uninstalled with its history kept", { before: record(5, { status: "uninstalled" }), good: [5] }],
  ])("removes what %s", (_, given) => expect(decided(given).do).toBe("uninstall"));

  it.each<[string, Case, RegExp]>([
    [
      "somebody has changed since",
      { before: record(5), live: record(7) },
      /made revision 6, now it is revision 7 \(by hand\)$/,
    ],
    [
      "somebody has rolled back since",
      { before: record(5), live: record(7, { description: "Rollback to 5" }) },
      /Rollback to 5/,
    ],
    [
      "Helm is at work on",
      { before: record(5), live: record(6, { status: "pending-rollback" }) },
      /pending-rollback/,
    ],
    ["keeps data and is new", { id: "redis" }, /keeps data/],
    ["keeps data and is fine", { id: "redis", before: record(5), failed: false }, /is ready as it is/],
    [
      "keeps data and has another chart version",
      { id: "control-plane", before: record(5, { chartVersion: "0.9.0" }) },
      /\(c 0.9.0 → c 1.0.0\)$/,
    ],
    [
      "keeps data and had failed before",
      { id: "redis", before: record(5, { status: "failed" }), good: [4] },
      /no working revision/,
    ],
    [
      "never worked",
      { before: record(5, { status: "failed" }) },
      /no working revision before this run \(revision 5 was failed\)$/,
    ],
    [
      "brings definitions along",
      { before: record(5), live: record(6, { manifest: DEFINITION }) },
      /would delete things.example.com/,
    ],
  ])("keeps what %s", (_, given, why) => {
    const decision = decided(given);
    expect(decision.do).toBe("keep");
    expect(decision.why).toMatch(why);
  });

  it("keeps what is gone", () => {
    const touched = { use: use("agent"), after: { revision: 6 }, failed: true };
    expect(decide(touched, undefined, [])).toMatchObject({
      do: "keep",
      why: expect.stringContaining("gone"),
    });
  });
});

describe("undoOrder", () => {
  it("undoes what others need last", () => {
    const ids: ComponentId[] = ["control-plane", "agent", "redis"];
    const touched = ids.map(
      (id): TouchedRelease => ({ use: use(id), after: { revision: 1 }, failed: false }),
    );
    const order = undoOrder(touched).map((each) => each.use.id);
    expect(order).toHaveLength(3);
    expect(order.indexOf("agent")).toBeLessThan(order.indexOf("control-plane"));
  });

  it("keeps tenants' uses of one component apart, and respects what the user adds", () => {
    const acme = use("agent", { tenant: "acme", release: "acme" });
    const gateway = use("app-gateway", { tenant: "acme", release: "acme-gateway" });
    const other = use("agent", { tenant: "other", release: "other", needs: ["redis"] });
    const redis = use("redis");
    const uses = [redis, acme, other, gateway];
    const touched = uses.map((each) => ({ use: each, after: { revision: 1 }, failed: true }));
    const order = undoOrder(touched).map((each) => each.use.release);
    expect([...order].sort()).toEqual(["acme", "acme-gateway", "other", "redis"]);
    expect(order.indexOf("acme-gateway")).toBeLessThan(order.indexOf("acme"));
    expect(order.indexOf("other")).toBeLessThan(order.indexOf("redis"));
  });
});

describe("rollBack", () => {
  /** A session without a cluster: nothing can be read from it. */
  function session(signal: AbortSignal): { session: ClusterSession; done: string[] } {
    const done: string[] = [];
    const refuse = async () => {
      throw new Error("no cluster");
    };
    // biome-ignore lint/correctness/useYield: there are no pages
    const pages = async function* () {
      await refuse();
    };
    const kubernetes = { pages, list: refuse, listMetadata: refuse };
    const helm = {
      uninstall: async () => void done.push("uninstall"),
      rollback: async () => void done.push("rollback"),
    };
    return {
      session: { context: { signal }, kubernetes, helm, timeoutMs: 1000 } as unknown as ClusterSession,
      done,
    };
  }
  const touched = [
    { use: use("agent"), after: { revision: 1 }, failed: true },
    { use: use("app-gateway"), after: { revision: 1 }, failed: false },
  ];

  it("tells what could not be undone, and touches nothing it knows nothing about", async () => {
    const { session: without, done } = session(new AbortController().signal);
    const results = await rollBack(without, touched, "group");
    expect(results.map(({ outcome }) => outcome)).toEqual(["kept", "kept"]);
    expect(results[0]?.why).toMatch(/^it could not be undone: /);
    expect(done).toEqual([]);
  });

  it("leaves what did not fail unless all is to be undone", async () => {
    const { session: without } = session(new AbortController().signal);
    expect((await rollBack(without, touched, "failed")).map(({ component }) => component)).toEqual(["agent"]);
  });

  it("stops when the run is cancelled", async () => {
    const results = await rollBack(session(AbortSignal.abort()).session, touched, "group");
    expect(results.map(({ why }) => why)).toEqual(["the run was cancelled", "the run was cancelled"]);
  });
});
