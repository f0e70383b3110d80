import { file, type RuleCase } from "./model.ts";

const policy = (from: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow, namespace: clearml-billing }
spec:
  podSelector: {}
  ingress:
    - from:
${from.replace(/^/gm, "        ")}
`;
const NAMESPACE = "- namespaceSelector: { matchLabels: { team: a } }";

export const cases: readonly RuleCase[] = [
  file(
    "np-selector-or-and",
    "network-isolation",
    "pods of a namespace as two items",
    policy(`${NAMESPACE}\n- podSelector: { matchLabels: { app: web } }`),
    ["warning 9:11"],
    policy(`${NAMESPACE}\n  podSelector: { matchLabels: { app: web } }`),
  ),
  file(
    "np-selector-or-and",
    "network-isolation",
    "alternatives that are meant as such",
    policy(
      `- ipBlock: { cidr: 10.0.0.0/8 }\n${NAMESPACE}\n- podSelector: { matchExpressions: [{ key: a, operator: Exists }] }`,
    ),
    ["warning 10:11"],
    policy(`- podSelector: { matchLabels: { app: web } }\n${NAMESPACE}\n- podSelector: {}`),
  ),
];
