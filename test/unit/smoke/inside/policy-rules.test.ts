import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import {
  admits,
  holdsPods,
  limiting,
  namesPods,
  type Peer,
  type Source,
} from "../../../../src/smoke/inside/policy-rules.ts";
import { admits as oracle, type Policy } from "../../../support/network-policies.ts";
import { type Random, randomFrom } from "../../../support/random.ts";
import { pod, policy } from "./support.ts";

const GATEWAY = pod("gw", {
  labels: { app: "gw", part: "proxy" },
  container: { ports: [{ name: "http", containerPort: 8080 }] },
});
const PORT = { protocol: "TCP", port: 8080 };
const SOURCE: Source = {
  namespace: "ingress",
  namespaceLabels: { tier: "edge" },
  pods: [{ labels: { app: "nginx" }, address: "10.1.0.7" }],
};

/** Whether the controller gets in by its labels. */
function isIn(policies: readonly KubernetesObject[], source = SOURCE, port = PORT): boolean {
  const limits = limiting(policies, GATEWAY);
  return admits(limits, GATEWAY, port, (peer) => namesPods(peer, source, "acme"));
}

const all = { podSelector: {} };
const byName = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress" } } };
const rule = (from: readonly Peer[], ports?: readonly object[]) =>
  policy("rule", { ...all, ingress: [{ from, ...(ports ? { ports } : {}) }] });

describe("policies", () => {
  it.each<[string, readonly KubernetesObject[], boolean]>([
    ["none", [], true],
    ["a default deny", [policy("deny", { ...all, policyTypes: ["Ingress"] })], false],
    ["one for other pods", [policy("deny", { podSelector: { matchLabels: { app: "db" } } })], true],
    ["one for what goes out", [policy("deny", { ...all, policyTypes: ["Egress"] })], true],
    ["everybody", [policy("open", { ...all, ingress: [{}] })], true],
    ["nobody", [policy("shut", { ...all, ingress: [] })], false],
    ["an empty list of peers", [rule([])], true],
    ["the namespace", [rule([byName])], true],
    ["its label", [rule([{ namespaceSelector: { matchLabels: { tier: "edge" } } }])], true],
    ["another namespace", [rule([{ namespaceSelector: { matchLabels: { tier: "db" } } }])], false],
    ["pods of the same namespace", [rule([{ podSelector: {} }])], false],
    ["namespace and pod", [rule([{ ...byName, podSelector: { matchLabels: { app: "nginx" } } }])], true],
    ["namespace and another pod", [rule([{ ...byName, podSelector: { matchLabels: { app: "x" } } }])], false],
    ["an address block", [rule([{ ipBlock: { cidr: "0.0.0.0/0" } }])], false],
    ["the port", [rule([byName], [{ port: 8080 }])], true],
    ["the port by its name", [rule([byName], [{ port: "http" }])], true],
    ["another name", [rule([byName], [{ port: "metrics" }])], false],
    ["the port of another protocol", [rule([byName], [{ port: 8080, protocol: "UDP" }])], false],
    ["a range with it", [rule([byName], [{ port: 8000, endPort: 8080 }])], true],
    ["a range before it", [rule([byName], [{ port: 8000, endPort: 8079 }])], false],
    ["a protocol alone", [rule([byName], [{ protocol: "TCP" }])], true],
    ["a deny and a rule", [policy("deny", all), rule([byName])], true],
    [
      "an expression",
      [
        rule([
          { namespaceSelector: { matchExpressions: [{ key: "tier", operator: "In", values: ["edge"] }] } },
        ]),
      ],
      true,
    ],
    [
      "an expression against it",
      [
        rule([
          { namespaceSelector: { matchExpressions: [{ key: "tier", operator: "NotIn", values: ["edge"] }] } },
        ]),
      ],
      false,
    ],
  ])("%s", (_, policies, expected) => expect(isIn(policies)).toBe(expected));

  it("takes pods whose labels may not be read for those that are meant", () => {
    const peer = { ...byName, podSelector: { matchLabels: { app: "x" } } };
    expect(isIn([rule([peer])], { ...SOURCE, pods: undefined })).toBe(true);
  });

  it("knows that no selector means pods on the network of their node", () => {
    const pods = [{ labels: { app: "nginx" }, address: "192.168.1.4", hostNetwork: true }];
    expect(isIn([rule([byName])], { ...SOURCE, pods })).toBe(false);
  });

  it.each<[string, Peer["ipBlock"], boolean]>([
    ["everything", { cidr: "0.0.0.0/0" }, true],
    ["its network", { cidr: "10.1.0.0/16" }, true],
    ["its network without it", { cidr: "10.1.0.0/16", except: ["10.1.0.0/24"] }, false],
    ["another network", { cidr: "10.2.0.0/16" }, false],
    ["the other family", { cidr: "::/0" }, false],
    ["no block", undefined, false],
  ])("an address block: %s", (_, ipBlock, expected) =>
    expect(holdsPods(ipBlock ? { ipBlock } : {}, SOURCE)).toBe(expected),
  );

  it("agrees with another reading of the rules, for policies made at random", () => {
    const random = randomFrom(92);
    let open = 0;
    for (let round = 0; round < 3_000; round++) {
      const policies = Array.from({ length: random.integer(4) }, () => randomPolicy(random));
      const [own] = SOURCE.pods ?? [];
      const expected = oracle(
        policies as unknown as Policy[],
        { namespace: "ingress", namespaceLabels: { tier: "edge" }, labels: own?.labels ?? {} },
        {
          namespace: "acme",
          labels: GATEWAY.metadata.labels ?? {},
          port: 8080,
          ports: { http: 8080 },
        },
      );
      expect(isIn(policies), JSON.stringify(policies)).toBe(expected);
      if (expected) open += 1;
    }
    expect(open).toBeGreaterThan(300);
    expect(open).toBeLessThan(2_700);
  });
});

function randomPolicy(random: Random): KubernetesObject {
  const selector = () => {
    const pairs = [{}, { app: "gw" }, { app: "nginx" }, { tier: "edge" }, { app: "x" }];
    const operators = ["Exists", "DoesNotExist", "In", "NotIn"];
    const expression = {
      key: random.pick(["app", "tier"]),
      operator: random.pick(operators),
      values: ["gw", "edge"],
    };
    return {
      matchLabels: random.pick(pairs),
      ...(random.chance(0.3) ? { matchExpressions: [expression] } : {}),
    };
  };
  const peer = () =>
    random.chance(0.2)
      ? { ipBlock: { cidr: "0.0.0.0/0" } }
      : {
          ...(random.chance(0.7) ? { namespaceSelector: selector() } : {}),
          ...(random.chance(0.5) ? { podSelector: selector() } : {}),
        };
  const port = () => ({
    ...(random.chance(0.7) ? { protocol: random.pick(["TCP", "UDP"]) } : {}),
    ...random.pick([{}, { port: 8080 }, { port: "http" }, { port: 8000, endPort: 8090 }, { port: 80 }]),
  });
  const some = <T>(make: () => T) => Array.from({ length: 1 + random.integer(2) }, make);
  return policy("random", {
    podSelector: random.pick([{}, { matchLabels: { app: "gw" } }, { matchLabels: { app: "x" } }]),
    ...(random.chance(0.5)
      ? { policyTypes: random.pick([["Ingress"], ["Egress"], ["Ingress", "Egress"]]) }
      : {}),
    ingress: some(() => ({
      ...(random.chance(0.8) ? { from: some(peer) } : {}),
      ...(random.chance(0.5) ? { ports: some(port) } : {}),
    })),
  });
}
