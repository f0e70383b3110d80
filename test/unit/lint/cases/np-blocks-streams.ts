import { filesOf } from "../environment-files.ts";
import { files, type RuleCase } from "./model.ts";

const AGENT = (isOn: boolean) =>
  `imageCredentials: { password: "\${TOKEN}" }\nsessions: { portModeEnabled: ${isOn}, externalIP: 203.0.113.7, startingPort: 31010, maxServices: 10 }\n`;
const GATEWAY = `imageCredentials: { password: "\${TOKEN}" }
tcpSession: { routerAddress: tcp.ml.example.com, portRange: { start: 30100, end: 30110 } }
`;
const DENY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: acme }
spec: { podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: acme }
spec: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] }
`;
const STREAMS = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: streams, namespace: acme }
spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 203.0.113.0/24 } }] }] }
`;
const withAgent = (isOn: boolean) =>
  filesOf({
    tenants: { acme: ["agent: { overrides: [acme/agent.yaml] }", "network-isolation: {}"] },
    files: { "tenants/acme/agent.yaml": AGENT(isOn) },
  });
const withGateway = (policies: string, version = "2.1.2", block = "tcpSession") =>
  filesOf({
    components: ["network-isolation: { overrides: [policies.yaml] }"],
    tenants: { acme: [`app-gateway: { version: ${version}, overrides: [acme/gateway.yaml] }`] },
    files: { "policies.yaml": policies, "tenants/acme/gateway.yaml": GATEWAY.replace("tcpSession", block) },
  });

export const cases: readonly RuleCase[] = [
  files(
    "np-blocks-streams",
    "sessions of an agent behind the policies the toolkit makes",
    withAgent(true),
    ["warning tenants/acme/agent.yaml:2:75"],
    withAgent(false),
  ),
  files(
    "np-blocks-streams",
    "streams of a gateway behind policies that name namespaces alone",
    withGateway(DENY),
    ["error tenants/acme/gateway.yaml:2:70"],
    withGateway(DENY + STREAMS),
  ),
  files(
    "np-blocks-streams",
    "newer gateways bring a policy of their own",
    withGateway(DENY),
    ["error tenants/acme/gateway.yaml:2:70"],
    withGateway(DENY, "3.2.0", "streamSession"),
  ),
];
