import { file, type RuleCase } from "./model.ts";

const policy = (metadata: string, kind = "NetworkPolicy") => `apiVersion: networking.k8s.io/v1
kind: ${kind}
metadata: ${metadata}
spec: { podSelector: { matchLabels: { a: b } }, ingress: [{ from: [{ podSelector: {} }] }] }
`;

export const cases: readonly RuleCase[] = [
  file(
    "np-namespace-missing",
    "network-isolation",
    "a policy for whatever namespace is current",
    policy("{ name: a }"),
    ["warning 3:1"],
    policy("{ name: a, namespace: b }"),
  ),
  file(
    "np-namespace-missing",
    "network-isolation",
    "in a later document, and in a list",
    `${policy("{ name: a, namespace: b }")}---\n${policy("{ name: a, namespace: '' }")}---\napiVersion: v1\nkind: List\nitems:\n  - kind: NetworkPolicy\n    metadata: { name: c }\n    spec: { podSelector: {}, ingress: [{}] }\n`,
    ["warning 8:1", "warning 15:5"],
    `${policy("{ name: a, namespace: b }")}---\n${policy("{ name: a }", "CiliumClusterwideNetworkPolicy")}`,
  ),
];
