import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import { planManifest } from "../../../src/plan/objects.ts";

describe("planManifest", () => {
  const wanted: KubernetesObject = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "it", namespace: "ns", labels: { a: "b" } },
    spec: { podSelector: { matchLabels: { app: "x" } }, ingress: [{ from: [{ podSelector: {} }] }] },
  };
  const live = (change: (copy: Record<string, never>) => void): KubernetesObject => {
    const copy = structuredClone(wanted);
    change(copy as unknown as Record<string, never>);
    return copy;
  };
  type Change = (copy: {
    metadata: Record<string, unknown> & { labels: Record<string, string> };
    spec: Record<string, unknown> & {
      podSelector: { matchLabels: Record<string, string> };
      ingress: { from: { podSelector: object }[]; ports?: unknown }[];
    };
    status?: unknown;
  }) => void;

  const equal: [string, Change][] = [
    ["as it is", () => undefined],
    ["what the cluster adds to it", (copy) => Object.assign(copy.metadata, { uid: "1", generation: 2 })],
    ["labels of others", (copy) => Object.assign(copy.metadata.labels, { other: "x" })],
    ["fields of others", (copy) => Object.assign(copy.spec, { policyTypes: ["Ingress"] })],
    ["defaults within a list", (copy) => Object.assign(copy.spec.ingress[0] ?? {}, { ports: [] })],
    ["a status", (copy) => Object.assign(copy, { status: { conditions: [] } })],
  ];
  it.each(equal)("leaves alone %s", (_, change) => {
    expect(planManifest(live(change as never), wanted)).toBeUndefined();
  });

  const changed: [string, Change][] = [
    ["a label", (copy) => Object.assign(copy.metadata.labels, { a: "c" })],
    ["a missing label", (copy) => Reflect.deleteProperty(copy.metadata, "labels")],
    ["one more peer", (copy) => copy.spec.ingress[0]?.from.push({ podSelector: {} })],
    [
      "a peer that is somebody else",
      (copy) => Object.assign(copy.spec.ingress[0]?.from[0] ?? {}, { namespaceSelector: {} }),
    ],
    ["one rule less", (copy) => Object.assign(copy.spec, { ingress: [] })],
    [
      "a selector with one label more",
      (copy) => Object.assign(copy.spec.podSelector.matchLabels, { z: "y" }),
    ],
    [
      "an empty selector that is not empty",
      (copy) =>
        Object.assign(copy.spec.ingress[0]?.from[0] ?? {}, { podSelector: { matchLabels: { z: "y" } } }),
    ],
  ];
  it.each(changed)("puts right %s", (_, change) => {
    expect(planManifest(live(change as never), wanted)).toMatchObject({
      action: "change",
      kind: "NetworkPolicy",
      namespace: "ns",
      name: "it",
    });
  });

  it("makes what is not there", () => {
    expect(planManifest(undefined, wanted)).toMatchObject({ action: "create", namespace: "ns" });
  });

  it("shows only what it changes", () => {
    const planned = planManifest(
      live(((copy) => {
        copy.metadata.labels.a = "c";
        Object.assign(copy.spec, { policyTypes: ["Egress"] });
      }) satisfies Change as never),
      wanted,
    );
    expect(planned?.diff.split("\n").filter((line) => /^[+-]/.test(line))).toEqual([
      "-    a: c",
      "+    a: b",
    ]);
  });
});
