import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import { podNotReady, workloadNotReady } from "../../../src/kubernetes/readiness.ts";

function object(kind: string, spec: unknown, status: unknown, generation = 1): KubernetesObject {
  return { apiVersion: "v1", kind, metadata: { name: "x", generation }, spec, status };
}

describe("workloadNotReady", () => {
  const seen = { observedGeneration: 1 };
  it.each([
    ["unseen", object("Deployment", {}, {}, 2), "not seen by its controller yet"],
    [
      "old",
      object(
        "Deployment",
        { replicas: 2 },
        { ...seen, replicas: 3, updatedReplicas: 2, availableReplicas: 3 },
      ),
      "1 old pods still there",
    ],
    [
      "short",
      object(
        "Deployment",
        { replicas: 2 },
        { ...seen, replicas: 2, updatedReplicas: 2, availableReplicas: 1 },
      ),
      "1 of 2 available",
    ],
    [
      "ready",
      object("Deployment", {}, { ...seen, replicas: 1, updatedReplicas: 1, availableReplicas: 1 }),
      undefined,
    ],
    ["scaled to 0", object("Deployment", { replicas: 0 }, seen), undefined],
    [
      "set",
      object("StatefulSet", { replicas: 3 }, { ...seen, updatedReplicas: 3, readyReplicas: 2 }),
      "2 of 3 ready",
    ],
    [
      "daemon",
      object(
        "DaemonSet",
        {},
        { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 0 },
      ),
      "0 of 2 available",
    ],
    ["no nodes", object("DaemonSet", {}, { ...seen, desiredNumberScheduled: 0 }), undefined],
    ["job", object("Job", {}, {}), "0 of 1 succeeded"],
    ["job done", object("Job", {}, { succeeded: 1 }), undefined],
    ["service", object("Service", {}, {}, 0), undefined],
  ])("%s", (_, workload, reason) => expect(workloadNotReady(workload)).toBe(reason));
});

describe("podNotReady", () => {
  const ready = [{ type: "Ready", status: "True" }];
  const unschedulable = [
    {
      type: "PodScheduled",
      status: "False",
      message: "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.",
    },
  ];
  const crashing = [
    {
      name: "api",
      ready: false,
      restartCount: 3,
      state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s" } },
      lastState: { terminated: { exitCode: 1, reason: "Error" } },
    },
  ];
  it.each([
    [{ phase: "Running", conditions: ready }, undefined],
    [{ phase: "Succeeded" }, undefined],
    [
      { phase: "Pending", conditions: unschedulable },
      "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.",
    ],
    [
      { phase: "Running", containerStatuses: crashing },
      "container api: CrashLoopBackOff (last exit code 1, Error): back-off 40s",
    ],
    [
      { phase: "Pending", initContainerStatuses: [{ name: "init", ready: false }] },
      "container init is not ready",
    ],
    [{ phase: "Pending" }, "phase Pending"],
  ])("%j", (status, reason) => expect(podNotReady(object("Pod", {}, status))).toBe(reason));
});
