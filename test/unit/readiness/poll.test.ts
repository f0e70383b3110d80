import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import type { Kubernetes } from "../../../src/kubernetes/api.ts";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import { poll } from "../../../src/readiness/poll.ts";

/** A cluster whose lists are given by their paths; other paths may not be read. */
function cluster(lists: Readonly<Record<string, unknown[]>>) {
  const asked: string[] = [];
  const list = async (path: string) => {
    asked.push(path);
    const found = lists[path];
    if (found) return found as KubernetesObject[];
    throw new UserError({ message: `${path} is forbidden` }, { kind: "cluster" });
  };
  return { asked, kubernetes: { list } as unknown as Kubernetes };
}

function object(apiVersion: string, kind: string, name: string, more: object = {}): KubernetesObject {
  return { apiVersion, kind, metadata: { name }, ...more };
}

const READY = { replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1 };
const deployments = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments`;

async function missing(objects: KubernetesObject[], lists: Record<string, unknown[]>) {
  const { kubernetes, asked } = cluster(lists);
  const result = await poll(kubernetes, { release: "shop", namespace: "shop", objects });
  return {
    asked,
    total: result.total,
    missing: result.missing.map(({ name, lack }) => `${name} ${lack.reason}`),
  };
}

describe("poll", () => {
  it("asks once for each kind and namespace", async () => {
    const objects = [
      object("apps/v1", "Deployment", "a"),
      object("apps/v1", "Deployment", "b"),
      { ...object("apps/v1", "Deployment", "c"), metadata: { name: "c", namespace: "other" } },
    ];
    const live = (name: string) => ({ metadata: { name }, status: READY });
    const lists = { [deployments("shop")]: [live("a"), live("b")], [deployments("other")]: [live("c")] };
    expect(await missing(objects, lists)).toEqual({
      total: 3,
      missing: [],
      asked: [deployments("shop"), deployments("other")],
    });
  });

  it("leaves kinds alone that become ready at once, or never say so", async () => {
    const objects = [
      object("v1", "ConfigMap", "a"),
      object("v1", "Service", "b", { spec: { type: "ClusterIP" } }),
      object("networking.k8s.io/v1", "Ingress", "c"),
      object("nvidia.com/v1", "ClusterPolicy", "d"),
      object("batch.volcano.sh/v1alpha1", "Job", "e"),
      object("batch/v1", "Job", "f", { spec: { suspend: true } }),
    ];
    expect(await missing(objects, {})).toEqual({ total: 0, missing: [], asked: [] });
  });

  it("takes a Job that cleans up after itself as done when it is gone, any other one not", async () => {
    const objects = [
      object("batch/v1", "Job", "tidy", { spec: { ttlSecondsAfterFinished: 60 } }),
      object("batch/v1", "Job", "gone"),
    ];
    const found = await missing(objects, { "/apis/batch/v1/namespaces/shop/jobs": [] });
    expect(found.missing).toEqual(["gone is not there"]);
  });

  const CLAIMS = "/api/v1/namespaces/shop/persistentvolumeclaims";
  const CLASSES = "/apis/storage.k8s.io/v1/storageclasses";
  const PODS = "/api/v1/namespaces/shop/pods";
  const claim = {
    metadata: { name: "data" },
    spec: { storageClassName: "lazy" },
    status: { phase: "Pending" },
  };
  const lazy = { metadata: { name: "lazy" }, volumeBindingMode: "WaitForFirstConsumer" };
  const eager = { metadata: { name: "lazy" }, volumeBindingMode: "Immediate" };
  const user = { spec: { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "data" } }] } };
  const unbound = ["data is Pending: it has no volume yet"];
  it.each([
    ["nobody uses it", { [CLASSES]: [lazy], [PODS]: [] }, []],
    ["a pod uses it", { [CLASSES]: [lazy], [PODS]: [{ metadata: { name: "p" }, ...user }] }, unbound],
    ["its class waits for nobody", { [CLASSES]: [eager], [PODS]: [] }, unbound],
    ["the classes may not be read", { [PODS]: [] }, []],
  ])("waits for a claim unless its class waits for a pod: %s", async (_, lists, expected) => {
    const objects = [object("v1", "PersistentVolumeClaim", "data")];
    expect((await missing(objects, { [CLAIMS]: [claim], ...lists })).missing).toEqual(expected);
  });
});
