import { describe, expect, it } from "vitest";
import { UserError } from "../../../../src/core/errors.ts";
import type { Eviction, Kubernetes } from "../../../../src/kubernetes/api.ts";
import { RefusedError } from "../../../../src/kubernetes/refusals.ts";
import { type EmptyOptions, emptyNode } from "../../../../src/mig/drain/empty.ts";
import type { Pod } from "../../../../src/mig/drain/pods.ts";

const FAST = { poll: 1, first: 0, again: 0, evict: 1 };

function gpuPod(name: string, metadata: object = {}): Pod {
  const controller = { kind: "ReplicaSet", name: "web-1", uid: "rs", controller: true };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "ml", uid: `${name}-uid`, ownerReferences: [controller], ...metadata },
    spec: { runtimeClassName: "nvidia" },
    status: { phase: "Running" },
  };
}

function refused(status: number, words: string): RefusedError {
  return new RefusedError({ message: words, hint: "" }, status, "");
}

interface Script {
  /** What each look finds; the last one goes on. An error is thrown. */
  looks: readonly (readonly Pod[] | Error)[];
  evict?: (pod: Pod, count: number) => Eviction | Error;
  options?: Partial<EmptyOptions>;
  signal?: AbortSignal;
  pace?: typeof FAST;
}

/** Empties a node of a cluster that answers by a script. */
async function emptied({ looks, evict = () => ({ result: "accepted" }), options, signal, pace }: Script) {
  const asked = { looks: 0, evictions: [] as string[], queries: new Set<string>() };
  const told: string[] = [];
  const kubernetes = {
    list: async (path: string, query: string) => {
      asked.queries.add(`${path}?${query}`);
      const look = looks[Math.min(asked.looks++, looks.length - 1)] ?? [];
      if (look instanceof Error) throw look;
      return look;
    },
    evict: async (pod: Pod) => {
      asked.evictions.push(pod.metadata.name);
      const eviction = evict(pod, asked.evictions.length);
      if (eviction instanceof Error) throw eviction;
      return eviction;
    },
  } as unknown as Kubernetes;
  const log = { info: () => {} };
  const closing = { kubernetes, log, signal: signal ?? new AbortController().signal, run: "" };
  const tell = (lines: readonly string[]) => void told.push(lines.join("; "));
  const settings = { timeoutMs: 20_000, tasks: "wait", everything: false, tell, ...options } as const;
  const ended = await emptyNode(closing, "gpu-1", settings, pace ?? FAST).then(
    (moved) => ({ moved, error: undefined }),
    (error: unknown) => ({ moved: undefined, error: error as Error }),
  );
  return { ...ended, ...asked, told };
}

describe("emptyNode", () => {
  it("asks nothing of a node that is empty", async () => {
    expect(await emptied({ looks: [[]] })).toMatchObject({ moved: 0, looks: 1, evictions: [], told: [] });
  });

  it("asks for the pods of that node alone", async () => {
    const { queries } = await emptied({ looks: [[]] });
    expect([...queries]).toEqual(["/api/v1/pods?fieldSelector=spec.nodeName%3Dgpu-1"]);
  });

  it("believes that a pod is gone when the list no longer has it, whatever the eviction said", async () => {
    const gone = await emptied({
      looks: [[gpuPod("a")], [gpuPod("a")], []],
      evict: () => ({ result: "gone" }),
      pace: { ...FAST, evict: 10_000 },
    });
    expect(gone).toMatchObject({ moved: 0, looks: 3, evictions: ["a"] });
  });

  it("asks again what was refused, at its pace", async () => {
    const evict = (_: Pod, count: number): Eviction =>
      count < 3 ? { result: "refused", words: "The disruption budget b needs 1" } : { result: "accepted" };
    const looks = [[gpuPod("a")], [gpuPod("a")], [gpuPod("a")], [gpuPod("a")], []];
    const pace = { ...FAST, poll: 10, evict: 5 };
    const again = await emptied({ looks, evict, pace });
    expect(again).toMatchObject({ moved: 1 });
    expect(again.evictions.length).toBeGreaterThanOrEqual(3);
    const patient = await emptied({ looks, evict, pace: { ...FAST, evict: 10_000 } });
    expect(patient.evictions).toEqual(["a"]);
  });

  it("says what it waits for, a few pods by name", async () => {
    const many = Array.from({ length: 11 }, (_, index) => gpuPod(`p-${index}`));
    const { told } = await emptied({ looks: [many, []] });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^pod ml\/p-0, which is asked to end; .*; pod ml\/p-7, which .*; 3 more$/);
  });

  it("goes on when the cluster does not answer for a moment", async () => {
    const down = refused(503, "the cluster refused: etcd");
    const { told, ...ended } = await emptied({ looks: [down, [gpuPod("a")], down, []] });
    expect(ended).toMatchObject({ moved: 1, looks: 4 });
    expect(told).toContain("the cluster refused: etcd");
  });

  it.each([0, 429, 503])("gives up in time when it does not come back: %s", async (status) => {
    const down = refused(status, "the cluster does not answer");
    expect(await emptied({ looks: [down], options: { timeoutMs: 20 } })).toMatchObject({ error: down });
  });

  it.each<[string, Error]>([
    ["what is not allowed", refused(403, "pods is forbidden")],
    ["a bug", new TypeError("no")],
  ])("does not wait for %s", async (_, error) => {
    const ended = await emptied({ looks: [error] });
    expect(ended).toMatchObject({ error, looks: 1 });
  });

  it("ends at once when evictions are not allowed", async () => {
    const error = refused(403, 'User "ci" cannot create resource "pods/eviction" in API group ""');
    const ended = await emptied({
      ...{ looks: [[gpuPod("a")]], evict: () => error },
    });
    expect(ended).toMatchObject({ error, looks: 1 });
  });

  it.each<[string, Error]>([
    ["two budgets", refused(500, "This pod has more than one PodDisruptionBudget.")],
    ["a webhook", refused(403, 'admission webhook "vms.example.com" denied the request: not now.')],
  ])("goes on with the others when %s keeps a pod, and names it in the end", async (_, words) => {
    const [kept, other] = [gpuPod("kept"), gpuPod("other")];
    const evict = ({ metadata }: Pod): Eviction | Error =>
      metadata.name === "kept" ? words : { result: "accepted" };
    const { error, evictions } = await emptied({
      looks: [[kept, other], [kept]],
      evict,
      options: { timeoutMs: 60 },
    });
    expect(evictions).toContain("other");
    expect(error?.message).toBe(
      `pod ml/kept is still on node gpu-1 after 0.1 s: it may not be moved: ${words.message.slice(0, -1)}`,
    );
  });

  it("does not chase pods that come back, but says so", async () => {
    const looks = Array.from({ length: 30 }, (_, index) => [gpuPod(`web-${index}`)]);
    const { error, evictions } = await emptied({ looks, options: { timeoutMs: 300 } });
    expect(evictions).toEqual(["web-0", "web-1", "web-2"]);
    expect(error?.message).toMatch(/pod ml\/web-\d+ .* it comes back although the node is cordoned/);
    expect((error as UserError).problems[0]?.hint).toMatch(/^scale ReplicaSet web-1 down while this runs/);
  });

  it("lets a reboot end pods that come back", async () => {
    const looks = Array.from({ length: 30 }, (_, index) => [gpuPod(`web-${index}`)]);
    expect(await emptied({ looks, options: { everything: true } })).toMatchObject({ moved: 3, looks: 4 });
  });

  const past = "2026-01-01T00:00:00Z";
  const later = "2999-01-01T12:34:56Z";
  const ending = (deletionTimestamp: string, more = {}) =>
    gpuPod("a", { deletionTimestamp, deletionGracePeriodSeconds: 3600, ...more });
  it.each<[string, Pod, RegExp, RegExp]>([
    [
      "in its grace period",
      ending(later),
      /is ending, and has until 12:34:56 UTC \(grace period 3600 s\)/,
      /^raise `drain-timeout` above the grace period of 3600 s/,
    ],
    [
      "late",
      ending(past),
      /should have ended at 00:00:00 UTC, and the kubelet has not said/,
      /kubectl describe pod -n ml a.*kubelet/,
    ],
    ["held", ending(past, { finalizers: ["x/y", "z"] }), /is held by the finalizers x\/y, z/, /takes it off/],
    [
      "a task",
      gpuPod("a", { ownerReferences: [] }),
      /no controller .*and is Running: its end is waited for/,
      /running-tasks: evict/,
    ],
  ])("says of a pod that is %s why it is there, and what helps", async (_, pod, reason, repair) => {
    const { error, evictions } = await emptied({ looks: [[pod]], options: { timeoutMs: 5 } });
    expect(evictions).toEqual([]);
    expect(error?.message).toMatch(reason);
    expect((error as UserError).problems[0]?.hint).toMatch(repair);
  });

  it("is a failure of the cluster, not of an input", async () => {
    const { error } = await emptied({ looks: [[ending(past)]], options: { timeoutMs: 1 } });
    expect(error).toMatchObject({ kind: "cluster" });
  });

  it("stops with the reason when the lock is lost", async () => {
    const lost = new UserError({ message: "the lock is lost" });
    const signal = AbortSignal.abort(lost);
    expect(await emptied({ looks: [[gpuPod("a")]], signal })).toMatchObject({ error: lost, evictions: [] });
  });
});
