import { describe, expect, it } from "vitest";
import { UserError } from "../../../../src/core/errors.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { RefusedError } from "../../../../src/kubernetes/refusals.ts";
import { type RebootOptions, rebootNode } from "../../../../src/mig/reboot/reboot.ts";

/** A cluster with one node; each look at the node takes the next of these. */
type Look = { boot?: string; ready?: boolean; noAnswer?: boolean; pod?: object | "removed" };

const POD = "/api/v1/namespaces/ops/pods/clearml-actions-reboot-gpu-1";
const RUNNING = { phase: "Running", containerStatuses: [{ state: { running: {} } }] };
const NO_IMAGE = {
  phase: "Pending",
  containerStatuses: [{ state: { waiting: { reason: "ErrImagePull" } } }],
};

function cluster(looks: readonly Look[], left?: { deletionTimestamp?: string }) {
  let looked = 0;
  let pod: KubernetesObject | undefined = left
    ? ({ metadata: { name: "clearml-actions-reboot-gpu-1", uid: "left", ...left } } as KubernetesObject)
    : undefined;
  const done: string[] = [];
  const kubernetes = {
    async get(path: string): Promise<KubernetesObject | undefined> {
      if (path === POD) return pod;
      const {
        boot = "b-1",
        ready = true,
        noAnswer,
        pod: status,
      } = looks[Math.min(looked++, looks.length - 1)] ?? {};
      if (noAnswer) throw new RefusedError({ message: "no answer", hint: "" }, 0, "Unreachable");
      if (status === "removed") pod = undefined;
      else if (status && pod) pod = { ...pod, status };
      const conditions = [{ type: "Ready", status: ready ? "True" : "False", reason: "KubeletNotReady" }];
      return { metadata: { name: "gpu-1" }, status: { nodeInfo: { bootID: boot }, conditions } } as never;
    },
    async create(path: string, object: KubernetesObject): Promise<KubernetesObject> {
      done.push(`create ${path}`);
      pod = { ...object, metadata: { ...object.metadata, uid: "ours" } };
      return pod;
    },
    async remove(path: string): Promise<boolean> {
      done.push(`remove ${path.split("/").at(-1)} ${pod?.metadata.uid}`);
      pod = undefined;
      return true;
    },
  };
  return { kubernetes, done };
}

async function reboot(
  looks: readonly Look[],
  given: {
    left?: { deletionTimestamp?: string };
    options?: Partial<RebootOptions>;
    cancelAfter?: number;
  } = {},
) {
  const { kubernetes, done } = cluster(looks, given.left);
  const said: string[] = [];
  const cancel = new AbortController();
  const tell = (line: string) => {
    said.push(line);
    if (said.length === given.cancelAfter) cancel.abort();
  };
  if (given.cancelAfter === 0) cancel.abort();
  const options = { namespace: "ops", image: "busybox", timeoutMs: 200, pollMs: 1, imageMs: 20, tell };
  const error = await rebootNode({ kubernetes, signal: cancel.signal }, "gpu-1", {
    ...options,
    ...given.options,
  })
    .then(() => undefined)
    .catch((thrown: unknown) => thrown);
  return { error, done, said };
}

const MADE = "create /api/v1/namespaces/ops/pods";
const REMOVED = "remove clearml-actions-reboot-gpu-1 ours";
const START: Look[] = [{}, {}];

describe("a reboot", () => {
  it("is over when the node has booted anew and is ready, and leaves no pod", async () => {
    const run = await reboot([
      ...START,
      { pod: RUNNING },
      { ready: false },
      { boot: "b-2", ready: false },
      { boot: "b-2" },
    ]);
    expect(run.error).toBeUndefined();
    expect(run.done).toEqual([MADE, REMOVED]);
    expect(run.said).toEqual([
      "reboot: pod ops/clearml-actions-reboot-gpu-1 is to reboot it",
      "reboot: it has begun",
      "reboot: the node is down: KubeletNotReady",
      "reboot: the node has booted anew, and is not ready yet: KubeletNotReady",
      "has booted anew and is ready",
    ]);
  });

  it("goes on while the API server does not answer: it may run on that node", async () => {
    const run = await reboot([...START, { noAnswer: true }, { noAnswer: true }, { boot: "b-2" }]);
    expect(run.error).toBeUndefined();
    expect(run.said).toContain("reboot: the API server does not answer");
  });

  it("goes on when the pod is gone with the node", async () => {
    const run = await reboot([...START, { pod: "removed", ready: false }, { boot: "b-2" }]);
    expect(run.error).toBeUndefined();
  });

  it("does not take a node for rebooted that is ready again at the same boot", async () => {
    const run = await reboot([...START, { pod: RUNNING }, { ready: false }, { ready: true }]);
    expect(run.error).toBeInstanceOf(UserError);
    expect((run.error as Error).message).toBe(
      "the node has not come back from its reboot within 0.2 s: it has begun",
    );
    expect(run.done).toEqual([MADE, REMOVED]);
  });

  it("first removes the pod that a killed run has left", async () => {
    const run = await reboot([...START, {}, { pod: RUNNING }, { boot: "b-2" }], { left: {} });
    expect(run.error).toBeUndefined();
    expect(run.done).toEqual(["remove clearml-actions-reboot-gpu-1 left", MADE, REMOVED]);
  });

  it("needs no pod of its own when the one that was left reboots the node meanwhile", async () => {
    const run = await reboot([...START, { boot: "b-2" }], {
      left: { deletionTimestamp: "2026-01-01T00:00:00Z" },
    });
    expect(run.error).toBeUndefined();
    expect(run.done).toEqual([]);
  });

  it.each<[string, Look[], string]>([
    [
      "its image cannot be had",
      [...START, { pod: NO_IMAGE }],
      "not rebooted: pod ops/clearml-actions-reboot-gpu-1: ErrImagePull",
    ],
    [
      "somebody removes the pod",
      [...START, { pod: "removed" }],
      "not rebooted: somebody removed pod ops/clearml-actions-reboot-gpu-1",
    ],
    [
      "the pod is not started",
      [...START],
      "not rebooted within 0.2 s: pod ops/clearml-actions-reboot-gpu-1 is starting",
    ],
    [
      "the node does not become ready",
      [...START, { boot: "b-2", ready: false }],
      "the node has not come back from its reboot within 0.2 s: the node has booted anew, and is not ready yet: KubeletNotReady",
    ],
    ["the kubelet tells no boot", [{ boot: "" }], "cannot be rebooted: its kubelet tells no boot id"],
  ])("fails when %s, and leaves no pod", async (_, looks, message) => {
    const run = await reboot(looks);
    expect((run.error as Error).message).toBe(message);
    expect(run.error).toMatchObject({ kind: "cluster" });
    expect(run.done.filter((each) => each.startsWith("remove")).length).toBe(
      run.done.filter((each) => each === MADE).length,
    );
  });

  it.each<[string, Look[], number, string, string[]]>([
    ["before it", [...START], 0, "not rebooted: the run was cancelled", []],
    ["before the pod has started", [...START, {}], 1, "not rebooted: the run was cancelled", [MADE, REMOVED]],
    [
      "during it",
      [...START, { pod: RUNNING }],
      2,
      "the run was cancelled while the node was rebooting",
      [MADE, REMOVED],
    ],
  ])("that is cancelled %s says so", async (_, looks, cancelAfter, message, done) => {
    const run = await reboot(looks, { cancelAfter });
    expect((run.error as Error).message).toBe(message);
    expect(run.done).toEqual(done);
  });
});
