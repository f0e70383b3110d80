import { filesOf } from "../environment-files.ts";
import { file, files, type RuleCase } from "./model.ts";

const DENY = (namespace: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: ${namespace} }
spec: { podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }
`;
const ALLOW = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow, namespace: acme }
spec:
  podSelector: { matchLabels: { app.kubernetes.io/instance: clearml-ttr } }
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress-nginx } } }] }]
`;
const GATEWAY = (version: string) =>
  `app-gateway: { version: ${version}, values: { imageCredentials: { password: "\${TOKEN}" } } }`;
const sample = (policies: string, gateway = GATEWAY("2.1.2"), more: string[] = []) =>
  filesOf({
    components: ["network-isolation: { overrides: [policies.yaml] }"],
    tenants: {
      acme: ["agent: { values: { imageCredentials: { password: '${TOKEN}' } } }", gateway, ...more],
    },
    files: { "policies.yaml": policies },
  });

export const cases: readonly RuleCase[] = [
  files(
    "np-blocks-gateway",
    "a default deny in the namespace of a gateway",
    sample(DENY("acme")),
    ["error policies.yaml:3:19"],
    sample(DENY("acme") + ALLOW),
  ),
  files(
    "np-blocks-gateway",
    "another namespace, or a gateway that brings its own policy",
    sample(DENY("acme")),
    ["error policies.yaml:3:19"],
    sample(`${DENY("globex")}---\n${DENY("acme")}`, GATEWAY("3.2.0")),
  ),
  files(
    "np-blocks-gateway",
    "what the toolkit makes lets the controller in, the file does not",
    sample(DENY("acme"), GATEWAY("2.1.2"), ["network-isolation: {}"]),
    ["warning policies.yaml:3:19"],
    filesOf({
      components: ["network-isolation: {}"],
      tenants: { acme: [GATEWAY("2.1.2"), "network-isolation: {}"] },
    }),
  ),
  file(
    "np-blocks-gateway",
    "network-isolation",
    "a file alone",
    DENY("acme"),
    ["info 3:19"],
    DENY("acme") + ALLOW,
  ),
];
