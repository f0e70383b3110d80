import { describe, expect, it } from "vitest";
import type { Kubernetes } from "../../../../src/kubernetes/api.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { RefusedError } from "../../../../src/kubernetes/refusals.ts";
import { closeNode } from "../../../../src/mig/drain/close.ts";
import { leftClosed, type Memory } from "../../../../src/mig/drain/memory.ts";
import { pauseClients } from "../../../../src/mig/drain/pause.ts";
import { reopenNode } from "../../../../src/mig/drain/reopen.ts";
import { DCGM, gpuNode, PAUSED, remembered } from "./nodes.ts";

const refused = (status: number) => new RefusedError({ message: `no: ${status}`, hint: "" }, status, "");
const FAST = { poll: 1, first: 0, again: 0, evict: 1 };

interface Script {
  /** What each read finds; the last one goes on. */
  nodes: readonly (KubernetesObject | undefined)[];
  /** What becomes of each patch; done when there is none. */
  patches?: readonly Error[];
}

function cluster({ nodes, patches = [] }: Script) {
  const seen = { gets: 0, patches: [] as Record<string, unknown>[], lists: [] as string[] };
  const kubernetes = {
    get: async () => nodes[Math.min(seen.gets++, nodes.length - 1)],
    merge: async (_: string, patch: Record<string, unknown>) => {
      seen.patches.push(patch);
      const failure = patches[seen.patches.length - 1];
      if (failure) throw failure;
    },
    list: async (path: string, query: string) => {
      seen.lists.push(`${path}?${query}`);
      return [];
    },
  } as unknown as Kubernetes;
  return { kubernetes, seen };
}

function closingOn(kubernetes: Kubernetes, signal = new AbortController().signal) {
  const lines: string[] = [];
  return { kubernetes, log: { info: (line: string) => void lines.push(line) }, signal, run: "run 2", lines };
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => new Error("nothing was thrown"),
    (error: unknown) => error as Error,
  );

const version = (resourceVersion: string, node: KubernetesObject): KubernetesObject => ({
  ...node,
  metadata: { ...node.metadata, resourceVersion },
});

describe("closeNode", () => {
  it("writes once, from the node it was given, and only over that very node", async () => {
    const { kubernetes, seen } = cluster({ nodes: [] });
    await closeNode(closingOn(kubernetes), version("42", gpuNode()), { unlabel: false });
    expect(seen.gets).toBe(0);
    expect(seen.patches).toMatchObject([
      { metadata: { resourceVersion: "42" }, spec: { unschedulable: true } },
    ]);
  });

  it("decides anew when somebody else was faster: a cordon of that moment counts", async () => {
    const nodes = [version("8", gpuNode({ cordoned: true, labels: { [DCGM]: "false" } }))];
    const { kubernetes, seen } = cluster({ nodes, patches: [refused(409)] });
    const memory = await closeNode(closingOn(kubernetes), gpuNode(), { unlabel: false });
    expect(memory).toMatchObject({ unschedulable: true, labels: { [DCGM]: "false" }, run: "run 2" });
    expect(seen.patches.at(-1)).toMatchObject({ metadata: { resourceVersion: "8" } });
  });

  it("gives up when that never ends", async () => {
    const conflicts = Array.from({ length: 100 }, () => refused(409));
    const { kubernetes, seen } = cluster({ nodes: [gpuNode()], patches: conflicts });
    const signal = AbortSignal.abort();
    const failure = await failureOf(closeNode(closingOn(kubernetes, signal), gpuNode(), { unlabel: false }));
    expect(failure).toMatchObject({ status: 409 });
    expect(seen.patches).toHaveLength(40);
  });

  it.each([404, 409])("says that the node is gone: %s", async (status) => {
    const { kubernetes } = cluster({ nodes: [undefined], patches: [refused(status)] });
    const { message } = await failureOf(closeNode(closingOn(kubernetes), gpuNode(), { unlabel: false }));
    expect(message).toBe("node gpu-1 is not in the cluster any more");
  });
});

describe("pauseClients", () => {
  const options = { timeoutMs: 50, keep: [], tell: () => {} };
  const paused = (parts: Parameters<typeof gpuNode>[0], memory: Memory = remembered, keep: string[] = []) => {
    const { kubernetes, seen } = cluster({ nodes: [gpuNode(parts)] });
    const work = pauseClients(closingOn(kubernetes), "gpu-1", memory, { ...options, keep }, FAST);
    return { work, seen };
  };

  it("touches nothing when somebody else has opened the node", async () => {
    const { work, seen } = paused({ labels: { [DCGM]: "true" } });
    expect((await failureOf(work)).message).toMatch("node gpu-1 was opened again by somebody else");
    expect(seen.patches).toEqual([]);
  });

  it("neither asks nor waits where nothing is to stop", async () => {
    const { work, seen } = paused({ memory: remembered, labels: { [DCGM]: "false" } });
    await work;
    expect(seen).toMatchObject({ patches: [], lists: [] });
  });

  it("waits for clients that a dead run has paused, and writes nothing", async () => {
    const { work, seen } = paused({ memory: remembered, labels: { [DCGM]: PAUSED } });
    await work;
    expect(seen.patches).toEqual([]);
    expect(seen.lists.length).toBeGreaterThan(1);
  });
});

describe("reopenNode", () => {
  const patience = { most: 20_000, cancelled: 20_000, pause: 1 };
  const closed = gpuNode({ memory: remembered, cordoned: true });

  it.each([0, 429, 500, 503])("is tried again when refused for a moment: %s", async (status) => {
    const { kubernetes, seen } = cluster({ nodes: [closed], patches: [refused(status), refused(status)] });
    await reopenNode(closingOn(kubernetes), "gpu-1", remembered, "set", patience);
    expect(seen.patches).toHaveLength(3);
  });

  it("is tried again for a cancelled run too, without waiting long", async () => {
    const { kubernetes, seen } = cluster({ nodes: [closed], patches: [refused(503)] });
    const closing = closingOn(kubernetes, AbortSignal.abort());
    await reopenNode(closing, "gpu-1", remembered, "set", patience);
    expect(seen.patches).toHaveLength(2);
    const never = cluster({ nodes: [closed], patches: Array.from({ length: 99 }, () => refused(503)) });
    const hurried = closingOn(never.kubernetes, AbortSignal.abort());
    const slow = { most: 20_000, cancelled: 50, pause: 20 };
    await failureOf(reopenNode(hurried, "gpu-1", remembered, "set", slow));
    expect(never.seen.patches.length).toBeLessThanOrEqual(3);
  });

  it("gives up in time", async () => {
    const failures = Array.from({ length: 9_999 }, () => refused(503));
    const { kubernetes } = cluster({ nodes: [closed], patches: failures });
    const ended = failureOf(
      reopenNode(closingOn(kubernetes), "gpu-1", remembered, "set", { ...patience, most: 30 }),
    );
    expect(await ended).toMatchObject({ status: 503 });
  });

  it.each([403, 422])("is not tried again when that is of no use: %s", async (status) => {
    const { kubernetes, seen } = cluster({ nodes: [closed], patches: [refused(status)] });
    const failure = await failureOf(reopenNode(closingOn(kubernetes), "gpu-1", remembered, "set", patience));
    expect(failure).toMatchObject({ status });
    expect(seen.patches).toHaveLength(1);
  });

  it("asks nothing of the cluster when the node is as it should be", async () => {
    const { kubernetes, seen } = cluster({ nodes: [gpuNode()] });
    await reopenNode(closingOn(kubernetes), "gpu-1", remembered, "restore");
    expect(seen.patches).toEqual([]);
  });

  it("takes the cordon away, and not only sets it to something", async () => {
    const { kubernetes, seen } = cluster({ nodes: [closed] });
    await reopenNode(closingOn(kubernetes), "gpu-1", remembered, "restore");
    expect(seen.patches).toMatchObject([
      { metadata: { resourceVersion: "7" }, spec: { unschedulable: null } },
    ]);
  });

  it("says what nobody can put right but a person", async () => {
    const damaged: Memory = { ...remembered, unschedulable: true, damaged: true };
    const saying = async (node: KubernetesObject) => {
      const closing = closingOn(cluster({ nodes: [node] }).kubernetes);
      await reopenNode(closing, "gpu-1", damaged, "restore");
      return closing.lines;
    };
    expect(await saying(closed)).toEqual([
      expect.stringMatching(/^node gpu-1: what was written down .* is damaged; .*`kubectl uncordon gpu-1`$/),
    ]);
    expect((await saying(gpuNode({ memory: "{" })))[0]).not.toContain("kubectl");
    expect(await saying(gpuNode({ cordoned: true }))).toEqual([]);
  });
});

describe("leftClosed", () => {
  it("is one list by label", async () => {
    const { kubernetes, seen } = cluster({ nodes: [] });
    await leftClosed(kubernetes);
    expect(seen.lists).toEqual(["/api/v1/nodes?labelSelector=clearml-actions%2Fmig-change"]);
  });
});
