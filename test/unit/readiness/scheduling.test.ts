import { describe, expect, it } from "vitest";
import type { ClusterEvent } from "../../../src/readiness/events.ts";
import type { LiveObject } from "../../../src/readiness/model.ts";
import { schedulingFinding } from "../../../src/readiness/scheduling.ts";

function pod(spec: object): LiveObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "web", uid: "1" }, spec };
}

function node(name: string, allocatable: object, labels: Record<string, string> = {}): LiveObject {
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels }, status: { allocatable } };
}

function event(kind: string, name: string, uid: string, reason: string, message: string): ClusterEvent {
  return { type: "Normal", reason, message, about: { kind, name, uid }, last: "", count: 1 };
}

const asks = (...amounts: Record<string, string>[]) => amounts.map((limits) => ({ resources: { limits } }));
const NODES = [node("a", { cpu: "8", "nvidia.com/gpu": "0" }), node("b", { cpu: "4" }, { disk: "fast" })];
const WORDS = "0/2 nodes are available: 2 Insufficient nvidia.com/gpu.";

describe("schedulingFinding", () => {
  it.each([
    ["nobody offers it", { containers: asks({ "nvidia.com/gpu": "1" }) }, /has any nvidia.com\/gpu\)$/],
    [
      "a slice nobody makes",
      { containers: asks({ "nvidia.com/mig-1g.5gb": "1" }) },
      /has any nvidia.com\/mig-1g.5gb\)$/,
    ],
    [
      "more than any node has",
      { containers: asks({ cpu: "6" }, { cpu: "3" }) },
      /it asks for 9 cpu, .* more than 8\)$/,
    ],
    ["of an init container", { initContainers: asks({ cpu: "9" }) }, /it asks for 9 cpu/],
    [
      "the node it selects is too small",
      { nodeSelector: { disk: "fast" }, containers: asks({ cpu: "5" }) },
      /more than 4\)$/,
    ],
    ["labels nobody has", { nodeSelector: { disk: "slow" } }, /no node has the labels disk=slow\)$/],
  ])("lasts: %s", (_, spec, reason) => {
    const finding = schedulingFinding(pod(spec), WORDS, NODES, []);
    expect(finding).toMatchObject({ reason: expect.stringMatching(reason), lasting: "unschedulable" });
    expect(finding.repair).toBeDefined();
  });

  it.each([
    ["nodes that are full", { containers: asks({ cpu: "8" }) }, NODES, []],
    ["nodes that may not be read", { containers: asks({ "nvidia.com/gpu": "1" }) }, undefined, []],
    [
      "an autoscaler that makes a node",
      { containers: asks({ "nvidia.com/gpu": "1" }) },
      NODES,
      [event("Pod", "web", "1", "TriggeredScaleUp", "pod triggered scale-up")],
    ],
  ])("may pass: %s", (_, spec, nodes, events) => {
    const finding = schedulingFinding(pod(spec), WORDS, nodes, events);
    expect(finding.reason).toContain(WORDS);
    expect(finding.lasting).toBeUndefined();
  });

  it("gives the words of the claim that has no volume", () => {
    const spec = { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "data" } }] };
    const words = "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims.";
    const said = event(
      "PersistentVolumeClaim",
      "data",
      "2",
      "ProvisioningFailed",
      "quota of the array is used up",
    );
    expect(schedulingFinding(pod(spec), words, NODES, [said])).toMatchObject({
      reason: "the claim data has no volume: quota of the array is used up",
    });
    expect(schedulingFinding(pod(spec), words, NODES, []).reason).toBe(words);
  });
});
