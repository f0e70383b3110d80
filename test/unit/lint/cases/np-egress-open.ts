import { file, type RuleCase, rendered } from "./model.ts";

const policy = (spec: string, namespace = "acme") =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: a, namespace: ${namespace} }\nspec: ${spec}\n`;
const DENY = policy(
  "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }",
);
const EGRESS = (rest: string) => policy(`{ podSelector: {}, policyTypes: [Egress], egress: [${rest}] }`);
const PODS = (app: string, rest: string) =>
  policy(`{ podSelector: { matchLabels: { app: ${app} } }, policyTypes: [Egress], egress: [${rest}] }`);
const DNS = "{ ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }] }";

export const cases: readonly RuleCase[] = [
  file(
    "np-egress-open",
    "network-isolation",
    "only what comes in is limited",
    DENY,
    ["info 4:39"],
    `${DENY}---\n${EGRESS(DNS)}`,
  ),
  file(
    "np-egress-open",
    "network-isolation",
    "no way to the name server",
    EGRESS("{ ports: [{ protocol: TCP, port: 443 }] }"),
    ["warning 4:39"],
    `${EGRESS("")}---\n${EGRESS("{ ports: [{ protocol: UDP, port: 1, endPort: 1024 }] }")}`,
  ),
  file(
    "np-egress-open",
    "network-isolation",
    "names resolve elsewhere only",
    `${EGRESS("")}---\n${policy(`{ podSelector: {}, policyTypes: [Egress], egress: [${DNS}] }`, "globex")}`,
    ["warning 4:39"],
    `${EGRESS("")}---\n${policy(`{ podSelector: {}, egress: [${DNS}] }`)}`,
  ),
  file(
    "np-egress-open",
    "network-isolation",
    "the metadata of the cloud",
    EGRESS("{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }"),
    ["info 4:84"],
    EGRESS("{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [169.254.169.254/32] } }] }"),
  ),
  rendered(
    "np-egress-open",
    "app-gateway",
    "of a chart, which may limit what comes in alone",
    { gateway: "replicaCount: 1\n" },
    EGRESS("{ ports: [{ protocol: TCP, port: 443 }] }"),
    ["warning tenants/acme.yaml:4:3"],
    DENY,
  ),
  file(
    "np-egress-open",
    "network-isolation",
    "for certain pods; a port without number, or with a name, may be the name server's",
    `${PODS("a", "{ ports: [{ protocol: TCP, port: 443 }] }")}---\n${PODS("b", DNS)}`,
    ["warning 4:64"],
    `${PODS("a", "{ ports: [{ protocol: TCP, port: 443 }] }")}---\n${PODS("a", DNS)}---\n${PODS("b", "{ ports: [{ protocol: UDP }] }")}---\n${PODS("c", "{ ports: [{ port: dns }] }")}`,
  ),
];
