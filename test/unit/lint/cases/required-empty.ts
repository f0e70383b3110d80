import { environment, file, type RuleCase } from "./model.ts";

const gateway = (lines: string) => `clearml:\n${lines}`;

export const cases: readonly RuleCase[] = [
  file(
    "required-empty",
    "control-plane",
    "a credential the chart would make",
    'clearml:\n  apiserverKey: ""\n',
    ["warning 2:3"],
    'clearmlApplications:\n  gitAgentUser: ""\n',
  ),
  file(
    "required-empty",
    "app-gateway",
    "an empty key",
    gateway('  apiKey: ""\n'),
    ["warning 2:3"],
    gateway("  apiKey: ${TENANT_ACCESS_KEY}\n"),
  ),
  file(
    "required-empty",
    "app-gateway",
    "a range without start",
    "tcpSession:\n  routerAddress: tcp.ml.example.com\n  portRange:\n    start:\n    end: 30100\n",
    ["warning 4:5"],
    "tcpSession:\n  routerAddress: tcp.ml.example.com\n  portRange:\n    start: 30050\n    end: 30100\n",
  ),
  file(
    "required-empty",
    "control-plane",
    "the host of an Ingress that is on",
    'webserver:\n  ingress:\n    enabled: true\n    hostName: ""\n',
    ["warning 4:5"],
    'webserver:\n  ingress:\n    enabled: false\n    hostName: ""\n',
  ),
  file(
    "required-empty",
    "control-plane",
    "an empty password beside existing pull secrets",
    'imageCredentials:\n  password: ""\n',
    ["warning 2:3"],
    "imageCredentials:\n  existingImagePullSecrets:\n    - name: registry\n",
  ),
  environment(
    "required-empty",
    "a file that leaves out what the chart needs",
    {
      controlPlane: "clearml: { cookieDomain: }\nimageCredentials: { password: }\n",
      more: "",
      router: "ingress: { enabled: true }\n",
    },
    ["error tenants/acme.yaml:4:3"],
    { router: "ingress: { enabled: true, hostName: acme.ml.example.com }\n" },
  ),
  environment(
    "required-empty",
    "credentials the deployment fills in",
    { gateway: 'ingress: { enabled: true, hostName: "" }\nclearml: { apiKey: "" }\n' },
    ["error tenants/acme/gateway.yaml:1:27"],
    {
      gateway: 'clearml: { apiKey: "", apiServerUrlReference: "" }\n',
      agent: 'clearml: { agentk8sglueKey: "" }\n',
    },
  ),
];
