import { describe, expect, it } from "vitest";
import { policyEngine } from "../../../src/lint/evidence/policy-engines.ts";

const set = (name: string, ...args: string[]) => ({
  metadata: { name },
  spec: { template: { spec: { containers: [{ name: "main" }, { name: "agent", args }] } } },
});

const CLUSTERS: [
  what: string,
  sets: ReturnType<typeof set>[],
  version: string,
  engine: string | undefined,
][] = [
  ["Calico beside others", [set("kube-proxy"), set("calico-node")], "v1.34.2", "calico"],
  ["Calico's policies on flannel", [set("rke2-canal")], "v1.34.2+rke2r1", "calico"],
  ["Dataplane V2", [set("anetd")], "v1.34.2-gke.1", "cilium"],
  [
    "the plug-in of AWS with policies on",
    [set("aws-node", "--enable-network-policy=true")],
    "v1.34.2-eks-1",
    "aws-vpc-cni",
  ],
  [
    "the plug-in of AWS as it comes",
    [set("aws-node", "--enable-network-policy=false")],
    "v1.34.2-eks-1",
    undefined,
  ],
  ["k3s, which has it built in", [], "v1.34.2+k3s1", "k3s"],
  ["plain flannel", [set("kube-flannel-ds"), set("kube-proxy")], "v1.34.2", undefined],
];

describe("the program that enforces policies", () => {
  it.each(CLUSTERS)("%s", (_, sets, version, engine) => {
    expect(policyEngine(sets, version)).toBe(engine);
  });
});
