import { file, type RuleCase, rendered } from "./model.ts";

const policy = (from: string, namespace = "clearml") => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow, namespace: ${namespace} }
spec:
  podSelector: { matchLabels: { a: b } }
  ingress:
    - from: ${from}
`;
const EVERYWHERE = "[{ ipBlock: { cidr: 0.0.0.0/0 } }]";
const CONTROLLER = "[{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress-nginx } } }]";

export const cases: readonly RuleCase[] = [
  file(
    "np-ipblock-in-cluster",
    "network-isolation",
    "everywhere, and nothing else",
    policy(EVERYWHERE),
    ["warning 7:33"],
    policy("[{ ipBlock: { cidr: 0.0.0.0/0 } }, { namespaceSelector: {} }]"),
  ),
  file(
    "np-ipblock-in-cluster",
    "network-isolation",
    "a second policy for the same pods names the controller; one elsewhere does not help",
    `${policy(EVERYWHERE)}---\n${policy(CONTROLLER, "other")}`,
    ["warning 7:33"],
    `${policy(EVERYWHERE)}---\n${policy(CONTROLLER)}---\n${policy("[{ ipBlock: { cidr: 10.0.0.0/8 } }]", "third")}`,
  ),
  rendered(
    "np-ipblock-in-cluster",
    "app-gateway",
    "of a chart",
    { gateway: "replicaCount: 1\n" },
    policy(EVERYWHERE),
    ["warning tenants/acme.yaml:4:3"],
    policy(CONTROLLER),
  ),
];
