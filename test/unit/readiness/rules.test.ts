import { describe, expect, it } from "vitest";
import type { LiveObject } from "../../../src/readiness/model.ts";
import { lackOf } from "../../../src/readiness/rules.ts";

function object(kind: string, spec: unknown, status: unknown, metadata: object = {}): LiveObject {
  return { apiVersion: "v1", kind, metadata: { name: "x", generation: 1, ...metadata }, spec, status };
}

const seen = { observedGeneration: 1 };
const rolledOut = { ...seen, replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1 };
const gaveUp = {
  type: "Progressing",
  status: "False",
  reason: "ProgressDeadlineExceeded",
  message: "timed out",
};
const failed = { type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "limit reached" };

describe("lackOf", () => {
  it.each([
    ["unseen", object("Deployment", {}, rolledOut, { generation: 2 }), "not seen by its controller yet"],
    ["going", object("Service", {}, {}, { deletionTimestamp: "2026-01-01T00:00:00Z" }), "is being deleted"],
    ["old pods", object("Deployment", {}, { ...rolledOut, replicas: 2 }), "1 old pod still there"],
    ["short", object("Deployment", { replicas: 2 }, rolledOut), "1 of 2 updated"],
    ["unavailable", object("Deployment", {}, { ...rolledOut, availableReplicas: 0 }), "0 of 1 available"],
    ["ready", object("Deployment", {}, rolledOut), undefined],
    ["scaled to 0", object("Deployment", { replicas: 0 }, seen), undefined],
    [
      "paused",
      object("Deployment", { replicas: 2, paused: true }, rolledOut),
      "1 of 2 updated; it is paused",
    ],
    ["paused and ready", object("Deployment", { paused: true }, rolledOut), undefined],
    [
      "given up",
      object("Deployment", {}, { ...rolledOut, readyReplicas: 0, conditions: [gaveUp] }),
      "0 of 1 ready; timed out",
    ],
    [
      "set",
      object("StatefulSet", { replicas: 3 }, { ...seen, updatedReplicas: 3, readyReplicas: 2 }),
      "2 of 3 ready",
    ],
    ["set to update", object("StatefulSet", {}, { ...seen, readyReplicas: 1 }), "0 of 1 updated"],
    [
      "set by hand",
      object("StatefulSet", { updateStrategy: { type: "OnDelete" } }, { ...seen, readyReplicas: 1 }),
      undefined,
    ],
    [
      "set in part",
      object(
        "StatefulSet",
        { replicas: 3, updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } },
        { ...seen, readyReplicas: 3, updatedReplicas: 1 },
      ),
      undefined,
    ],
    [
      "settled set",
      object("StatefulSet", {}, { ...seen, readyReplicas: 1, currentRevision: "a", updateRevision: "a" }),
      undefined,
    ],
    ["no nodes", object("DaemonSet", {}, { ...seen, desiredNumberScheduled: 0 }), undefined],
    ["unplaced", object("DaemonSet", {}, { ...seen, desiredNumberScheduled: 2 }), "0 of 2 placed"],
    [
      "daemons by hand",
      object(
        "DaemonSet",
        { updateStrategy: { type: "OnDelete" } },
        { ...seen, desiredNumberScheduled: 1, currentNumberScheduled: 1, numberAvailable: 1, numberReady: 1 },
      ),
      undefined,
    ],
    ["job", object("Job", {}, {}), "0 of 1 succeeded"],
    ["jobs", object("Job", { completions: 3 }, { succeeded: 2 }), "2 of 3 succeeded"],
    ["job done", object("Job", {}, { conditions: [{ type: "Complete", status: "True" }] }), undefined],
    [
      "job failed",
      object("Job", {}, { conditions: [failed] }),
      "failed: BackoffLimitExceeded: limit reached",
    ],
    ["claim", object("PersistentVolumeClaim", {}, { phase: "Pending" }), "is Pending: it has no volume yet"],
    ["bound", object("PersistentVolumeClaim", {}, { phase: "Bound" }), undefined],
    ["lost", object("PersistentVolumeClaim", {}, { phase: "Lost" }), "has lost its volume"],
    ["balancer", object("Service", {}, { loadBalancer: {} }), "no address from a load balancer yet"],
    ["address", object("Service", {}, { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } }), undefined],
    ["definition", object("CustomResourceDefinition", {}, {}), "not established yet"],
    [
      "refused names",
      object(
        "CustomResourceDefinition",
        {},
        { conditions: [{ type: "NamesAccepted", status: "False", message: "taken" }] },
      ),
      "its names are refused: taken",
    ],
    ["pod", object("Pod", {}, { phase: "Running" }), "not ready"],
    ["pod done", object("Pod", {}, { phase: "Succeeded" }), undefined],
    [
      "pod failed",
      object("Pod", {}, { phase: "Failed", reason: "Evicted", message: "disk" }),
      "failed: Evicted: disk",
    ],
    ["others", object("ConfigMap", {}, {}), undefined],
  ])("%s", (_, live, reason) => expect(lackOf(live)?.reason).toBe(reason));

  it.each([
    ["a failed Job", object("Job", {}, { conditions: [failed] }), "certain"],
    ["a rollout given up on", object("Deployment", {}, { ...seen, conditions: [gaveUp] }), "deadline"],
    ["a rollout under way", object("Deployment", {}, seen), undefined],
    ["a pod that failed", object("Pod", {}, { phase: "Failed" }), "certain"],
  ])("says whether %s lasts", (_, live, lasting) => expect(lackOf(live)?.lasting).toBe(lasting));
});
