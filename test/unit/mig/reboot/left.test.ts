import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { RefusedError } from "../../../../src/kubernetes/refusals.ts";
import { endLeftReboot } from "../../../../src/mig/reboot/left.ts";
import { rebootPod } from "../../../../src/mig/reboot/pod.ts";

const RUNNING = { phase: "Running", containerStatuses: [{ state: { running: {} } }] };
const PULLING = { phase: "Pending", containerStatuses: [{ state: { waiting: { reason: "ErrImagePull" } } }] };

function node(boot: string, ready = true): KubernetesObject {
  const conditions = [{ type: "Ready", status: ready ? "True" : "False" }];
  return { metadata: { name: "gpu-1" }, status: { nodeInfo: { bootID: boot }, conditions } } as never;
}

/** @param nodes what the cluster says of the node, look by look */
async function end(status: object | undefined, nodes: KubernetesObject[] = [], forbidden = false) {
  const pod = rebootPod({
    namespace: "ops",
    image: "busybox",
    node: "gpu-1",
    boot: "b-1",
    timeoutMs: 60_000,
  });
  const said: string[] = [];
  let removed = 0;
  let looks = 0;
  const kubernetes = {
    async get(path: string) {
      if (path.includes("/pods/")) return status ? { ...pod, status } : undefined;
      return nodes[Math.min(looks++, nodes.length - 1)];
    },
    async remove() {
      if (forbidden) throw new RefusedError({ message: "forbidden", hint: "" }, 403, "Forbidden");
      removed++;
      return true;
    },
  };
  const log = { info: (line: string) => void said.push(line) };
  const { signal } = new AbortController();
  await endLeftReboot({ kubernetes, log, signal }, node("b-1"), "ops", 10);
  return { said, removed, looks };
}

describe("a pod that was to reboot a node for a dead run", () => {
  it("is nothing to wait for when there is none", async () => {
    expect(await end(undefined)).toEqual({ said: [], removed: 0, looks: 0 });
  });

  it("is removed before it can", async () => {
    expect(await end(PULLING)).toMatchObject({ removed: 1, looks: 0 });
  });

  it.each<[string, KubernetesObject]>([
    ["goes down", node("b-1", false)],
    ["has booted anew", node("b-2")],
  ])("and has told it to, is waited for until the node %s", async (_, then) => {
    expect(await end(RUNNING, [node("b-1"), then])).toMatchObject({ removed: 1, looks: 2 });
  });

  it("is named when this account may not remove it", async () => {
    expect((await end(PULLING, [], true)).said).toEqual([
      "gpu-1: pod ops/clearml-actions-reboot-gpu-1 of an earlier run, which reboots it, may not be removed by this account: remove it",
    ]);
  });
});
