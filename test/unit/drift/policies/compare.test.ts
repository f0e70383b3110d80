import { describe, expect, it } from "vitest";
import { pointerOf } from "../../../../src/drift/objects/place.ts";
import { policyDifferences } from "../../../../src/drift/policies/compare.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";

const WANTED: KubernetesObject = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "it", namespace: "ns", labels: { a: "b" }, annotations: { note: "x" } },
  spec: {
    podSelector: { matchLabels: { app: "x" } },
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [{ podSelector: {} }, { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }],
        ports: [{ protocol: "TCP", port: 80 }, { port: 443 }, { protocol: "UDP", port: 53, endPort: 60 }],
      },
      { from: [{ namespaceSelector: { matchExpressions: [{ key: "t", operator: "Exists" }] } }] },
    ],
  },
};

interface Rule {
  from: Record<string, unknown>[];
  ports: Record<string, unknown>[];
}
interface Copy {
  metadata: { labels: Record<string, string>; annotations: Record<string, string>; [key: string]: unknown };
  spec: {
    podSelector: { matchLabels: Record<string, string> };
    policyTypes: string[];
    ingress: [Rule, Rule];
    [key: string]: unknown;
  };
  [key: string]: unknown;
}

type Change = (copy: Copy) => void;

/** What the server answers for the policy, after a change. */
function live(change: Change): KubernetesObject {
  const copy = structuredClone(WANTED) as unknown as Copy;
  // The server fills in the protocol of every port.
  for (const port of copy.spec.ingress[0].ports) port.protocol ??= "TCP";
  Object.assign(copy.metadata, { uid: "1", generation: 3, resourceVersion: "7", managedFields: [] });
  change(copy);
  return copy as unknown as KubernetesObject;
}

const same: [string, Change][] = [
  ["what the server adds", () => undefined],
  ["labels and annotations of others", ({ metadata }) => Object.assign(metadata.labels, { other: "x" })],
  ["peers in another order", ({ spec }) => void spec.ingress[0].from.reverse()],
  ["ports in another order", ({ spec }) => void spec.ingress[0].ports.reverse()],
  ["rules in another order", ({ spec }) => void spec.ingress.reverse()],
  ["a peer twice", ({ spec }) => void spec.ingress[0].from.push({ podSelector: {} })],
  ["empty lists", ({ spec }) => Object.assign(spec, { egress: [] })],
  [
    "an empty selector of labels",
    ({ spec }) => Object.assign(spec.ingress[0].from[0] ?? {}, { podSelector: { matchLabels: {} } }),
  ],
  ["a status", (copy) => Object.assign(copy, { status: { conditions: [] } })],
];

const changed: [string, Change, { path: string; expected?: unknown; actual?: unknown }[]][] = [
  [
    "one peer more",
    ({ spec }) => void spec.ingress[0].from.push({ ipBlock: { cidr: "0.0.0.0/0" } }),
    [{ path: "/spec/ingress/0/from", actual: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }],
  ],
  [
    "one peer less",
    ({ spec }) => void spec.ingress[0].from.shift(),
    [{ path: "/spec/ingress/0/from", expected: [{ podSelector: {} }] }],
  ],
  [
    "a peer of all namespaces",
    ({ spec }) => Object.assign(spec.ingress[0].from[0] ?? {}, { namespaceSelector: {} }),
    [
      {
        path: "/spec/ingress/0/from",
        expected: [{ podSelector: {} }],
        actual: [{ podSelector: {}, namespaceSelector: {} }],
      },
    ],
  ],
  [
    "a rule without peers, which lets in everybody",
    ({ spec }) => void Reflect.deleteProperty(spec.ingress[1], "from"),
    [
      {
        path: "/spec/ingress/1/from",
        expected: [{ namespaceSelector: { matchExpressions: [{ key: "t", operator: "Exists" }] } }],
      },
    ],
  ],
  [
    "another port",
    ({ spec }) => Object.assign(spec.ingress[0].ports[0] ?? {}, { port: 8080 }),
    [{ path: "/spec/ingress/0/ports", expected: [{ port: 80 }], actual: [{ port: 8080 }] }],
  ],
  [
    "a protocol",
    ({ spec }) => Object.assign(spec.ingress[0].ports[0] ?? {}, { protocol: "UDP" }),
    [{ path: "/spec/ingress/0/ports", expected: [{ port: 80 }], actual: [{ port: 80, protocol: "UDP" }] }],
  ],
  [
    "a rule in front",
    ({ spec }) => void (spec.ingress as unknown[]).unshift({}),
    [{ path: "/spec/ingress", actual: [{}] }],
  ],
  [
    "fewer pods",
    ({ spec }) => Object.assign(spec.podSelector.matchLabels, { z: "y" }),
    [
      {
        path: "/spec/podSelector",
        expected: { matchLabels: { app: "x" } },
        actual: { matchLabels: { app: "x", z: "y" } },
      },
    ],
  ],
  [
    "all pods",
    ({ spec }) => Object.assign(spec, { podSelector: {} }),
    [{ path: "/spec/podSelector", expected: { matchLabels: { app: "x" } }, actual: {} }],
  ],
  [
    "another direction",
    ({ spec }) => void spec.policyTypes.push("Egress"),
    [{ path: "/spec/policyTypes", actual: ["Egress"] }],
  ],
  [
    "rules for what goes out",
    ({ spec }) => Object.assign(spec, { egress: [{ ports: [{ protocol: "TCP", port: 443 }] }] }),
    [{ path: "/spec/egress", actual: [{ ports: [{ port: 443 }] }] }],
  ],
  [
    "a label",
    ({ metadata }) => Object.assign(metadata.labels, { a: "c" }),
    [{ path: "/metadata/labels/a", expected: "b", actual: "c" }],
  ],
  [
    "an annotation that is gone",
    ({ metadata }) => void Reflect.deleteProperty(metadata.annotations, "note"),
    [{ path: "/metadata/annotations/note", expected: "x" }],
  ],
  [
    "two places",
    ({ metadata, spec }) => {
      metadata.labels.a = "c";
      spec.ingress[0].from = [];
    },
    [
      { path: "/metadata/labels/a", expected: "b", actual: "c" },
      {
        path: "/spec/ingress/0/from",
        expected: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }, { podSelector: {} }],
      },
    ],
  ],
];

function differences(wanted: KubernetesObject, found: KubernetesObject) {
  return policyDifferences(wanted, found).map(({ place, expected, actual }) => ({
    path: pointerOf(place),
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
  }));
}

describe("policyDifferences", () => {
  it.each(same)("says nothing about %s", (_, change) => {
    expect(differences(WANTED, live(change))).toEqual([]);
  });

  it.each(changed)("finds %s", (_, change, expected) => {
    expect(differences(WANTED, live(change))).toEqual(expected);
  });

  it.each([
    [{ podSelector: {} }, { podSelector: {}, policyTypes: ["Ingress"] }],
    [{}, { podSelector: {}, policyTypes: ["Ingress"] }],
    [
      { podSelector: {}, egress: [{}] },
      { podSelector: {}, egress: [{}], policyTypes: ["Ingress", "Egress"] },
    ],
    [
      { podSelector: {}, ingress: null, policyTypes: ["Ingress"] },
      { podSelector: {}, policyTypes: ["Ingress"] },
    ],
  ])("of a policy as people write it, %j, says nothing about %j", (wanted, found) => {
    expect(differences({ ...WANTED, spec: wanted }, { ...WANTED, spec: found })).toEqual([]);
  });
});
