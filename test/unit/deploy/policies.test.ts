import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import {
  controlPlanePolicies,
  gatewayPolicies,
  joinNumbers,
  redisPolicies,
} from "../../../src/network-isolation/policies.ts";

function service(name: string, spec: Record<string, unknown>): KubernetesObject {
  return { apiVersion: "v1", kind: "Service", metadata: { name }, spec };
}

describe("controlPlanePolicies", () => {
  it("closes the namespace and opens the servers to everybody, the ingress controller and the tenants", () => {
    const [closed, open] = controlPlanePolicies("clearml", "clearml-clearml-enterprise", "ingress-nginx");
    expect(closed?.spec).toEqual({
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: {} }] }],
    });
    expect(open?.spec).toMatchObject({
      podSelector: { matchLabels: { "app.kubernetes.io/name": "clearml-clearml-enterprise" } },
      ingress: [
        {
          from: [
            { ipBlock: { cidr: "0.0.0.0/0" } },
            { ipBlock: { cidr: "::/0" } },
            { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } } },
            {
              namespaceSelector: {
                matchExpressions: [{ key: "clearml-actions/tenant", operator: "Exists" }],
              },
            },
          ],
        },
      ],
    });
  });
});

describe("redisPolicies", () => {
  it("admits tenants and the control plane on port 6379 alone", () => {
    const [, open] = redisPolicies("redis-shared", "clearml");
    expect(JSON.stringify(open?.spec)).not.toContain("ipBlock");
    expect(open?.spec).toMatchObject({ ingress: [{ ports: [{ protocol: "TCP", port: 6379 }] }] });
  });
});

describe("gatewayPolicies", () => {
  const manifest = [
    service("gw", { selector: { app: "gw" }, ports: [{ port: 8080, targetPort: "http" }] }),
    service("gw-streams", {
      type: "LoadBalancer",
      selector: { app: "gw" },
      ports: [30010, 30011, 30012, 30020].map((port) => ({ port, targetPort: port })),
    }),
    service("external", { type: "ExternalName" }),
  ];

  it("admits the ingress controller to what it serves, and clients from everywhere to streams", () => {
    const [web, streams, ...others] = gatewayPolicies("acme", "gw", manifest, "ingress-nginx");
    expect(others).toEqual([]);
    expect(web?.spec).toMatchObject({
      podSelector: { matchLabels: { app: "gw" } },
      ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ protocol: "TCP", port: "http" }] }],
    });
    expect(JSON.stringify(web?.spec)).not.toContain("ipBlock");
    expect(streams?.spec).toMatchObject({
      ingress: [
        {
          from: [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }],
          ports: [
            { protocol: "TCP", port: 30010, endPort: 30012 },
            { protocol: "TCP", port: 30020 },
          ],
        },
      ],
    });
  });
});

describe("joinNumbers", () => {
  it.each([
    [[], []],
    [[5], [[5, 5]]],
    [
      [3, 1, 2, 2, 9],
      [
        [1, 3],
        [9, 9],
      ],
    ],
  ] as const)("%j becomes %j", (numbers, ranges) => expect(joinNumbers(numbers)).toEqual(ranges));
});
