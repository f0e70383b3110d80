import { describe, expect, it } from "vitest";
import {
  finalizersOf,
  findObjects,
  nameOf,
  namespaceContents,
  pathOf,
} from "../../../src/offboarding/contents.ts";
import { servedKinds } from "../../../src/offboarding/kinds.ts";
import { clusterOf, type Given, namespace, OWN } from "./cluster.ts";

const OBJECTS: Given[] = [
  namespace("acme"),
  { kind: "ConfigMap", metadata: { name: "kube-root-ca.crt", namespace: "acme" } },
  { kind: "ConfigMap", metadata: { name: "by-hand", namespace: "acme" } },
  { kind: "Pod", metadata: { name: "task", namespace: "acme", labels: OWN } },
  { kind: "Event", metadata: { name: "noise", namespace: "acme" } },
  { kind: "Pod", metadata: { name: "other", namespace: "globex" } },
];

describe("the kinds of a cluster", () => {
  it("are those that can be listed and deleted, without their parts and without events", async () => {
    const { kinds, unread } = await servedKinds(clusterOf([]));
    expect(
      kinds.map(({ apiVersion, resource, namespaced }) => `${apiVersion} ${resource} ${namespaced}`),
    ).toEqual([
      "v1 namespaces false",
      "v1 persistentvolumes false",
      "v1 persistentvolumeclaims true",
      "v1 pods true",
      "v1 configmaps true",
      "v1 secrets true",
      "v1 resourcequotas true",
      "networking.k8s.io/v1 networkpolicies true",
      "rbac.authorization.k8s.io/v1 clusterroles false",
    ]);
    expect(unread).toEqual([]);
  });

  it("that nobody serves just now are named", async () => {
    const { unread } = await servedKinds(clusterOf([], /^\/apis\/networking/));
    expect(unread).toEqual(["networking.k8s.io/v1"]);
  });
});

describe("what is in a namespace", () => {
  it("is everything that the cluster has not put there itself", async () => {
    const kubernetes = clusterOf(OBJECTS);
    const { objects, unread } = await namespaceContents(kubernetes, await servedKinds(kubernetes), "acme");
    expect(objects.map(nameOf)).toEqual(["Pod acme/task", "ConfigMap acme/by-hand"]);
    expect(objects.map(pathOf)).toEqual([
      "/api/v1/namespaces/acme/pods/task",
      "/api/v1/namespaces/acme/configmaps/by-hand",
    ]);
    expect(unread).toEqual([]);
  });

  it("names the kinds that may not be listed", async () => {
    const kubernetes = clusterOf(OBJECTS, /\/(configmaps|secrets)$/);
    const { objects, unread } = await namespaceContents(kubernetes, await servedKinds(kubernetes), "acme");
    expect(objects.map(nameOf)).toEqual(["Pod acme/task"]);
    expect(unread).toEqual(["configmaps", "secrets"]);
  });

  it("is found by a label in the whole cluster", async () => {
    const kubernetes = clusterOf(OBJECTS);
    const labels = "clearml-actions/tenant=acme";
    const { objects } = await findObjects(kubernetes, await servedKinds(kubernetes), { labels });
    expect(objects.map(nameOf)).toEqual(["Namespace acme", "Pod acme/task"]);
  });
});

describe("finalizers", () => {
  const set = (manager: string, ...finalizers: string[]) => ({
    manager,
    fieldsV1: {
      "f:metadata": { "f:finalizers": Object.fromEntries(finalizers.map((each) => [`v:"${each}"`, {}])) },
    },
  });
  it.each<[string, Given["metadata"], string[]]>([
    ["none", { name: "x" }, []],
    ["one that nobody says to have set", { name: "x", finalizers: ["a/b"] }, ["a/b"]],
    [
      "each with who has set it",
      {
        name: "x",
        finalizers: ["a/b", "c/d"],
        managedFields: [{ manager: "kubectl" }, set("operator", "a/b"), set("ctl", "c/d")],
      },
      ["a/b (set by operator)", "c/d (set by ctl)"],
    ],
  ])("are told: %s", (_, metadata, expected) => expect(finalizersOf({ metadata })).toEqual(expected));
});
