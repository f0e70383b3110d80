import { environment, file, type RuleCase } from "./model.ts";

const gateway = (lines: string) => `clearml:\n${lines}`;

export const GATEWAY_CASES: readonly RuleCase[] = [
  environment(
    "gateway-key-generation",
    "an older spelling the chart still reads",
    { gateway: "clearml: { apiServerKey: '${TOKEN}', apiServerSecret: '${TOKEN}' }\n" },
    ["warning tenants/acme/gateway.yaml:1:12", "warning tenants/acme/gateway.yaml:1:38"],
    { gateway: "clearml: { apiKey: '${TOKEN}', apiSecret: '${TOKEN}' }\n" },
  ),
  environment(
    "gateway-key-generation",
    "an older spelling the chart ignores",
    { gateway: "clearml: { apiServerKey: '${TOKEN}' }\n", gatewayVersion: "2.0.1" },
    ["error tenants/acme/gateway.yaml:1:12"],
    { gateway: "clearml: { apiKey: '${TOKEN}' }\n", gatewayVersion: "2.0.1" },
  ),
  environment(
    "gateway-key-generation",
    "the new spelling in the router",
    { router: "clearml: { apiKey: '${TOKEN}' }\n" },
    ["error tenants/acme/router.yaml:1:12"],
    { router: "clearml: { apiServerKey: '${TOKEN}' }\n" },
  ),
  environment(
    "gateway-key-generation",
    "the oldest spelling in the enterprise router",
    { router: "clearml: { apiserverKey: '${TOKEN}' }\n" },
    ["error tenants/acme/router.yaml:1:12"],
    { router: "clearml: { apiServerKey: '${TOKEN}' }\n" },
  ),
  file(
    "gateway-key-generation",
    "app-gateway",
    "two spellings in one file",
    gateway("  apiKey: ${A}\n  apiServerSecret: ${B}\n"),
    ["error 3:3"],
    gateway("  apiKey: ${A}\n  apiSecret: ${B}\n"),
  ),
  environment(
    "stream-session-rename",
    "the old block on a new chart",
    { gateway: "tcpSession: { routerAddress: a.example.com, portRange: { start: 30100, end: 30110 } }\n" },
    ["warning tenants/acme/gateway.yaml:1:1"],
    { gateway: "streamSession: { routerAddress: a.example.com, portRange: { start: 30100, end: 30110 } }\n" },
  ),
  environment(
    "stream-session-rename",
    "the new block on an old chart",
    {
      gateway: "streamSession: { routerAddress: a.example.com, portRange: { start: 30100, end: 30110 } }\n",
      gatewayVersion: "2.1.0",
    },
    ["warning tenants/acme/gateway.yaml:1:1"],
    {
      gateway: "tcpSession: { routerAddress: a.example.com, portRange: { start: 30100, end: 30110 } }\n",
      gatewayVersion: "2.1.0",
    },
  ),
  file(
    "stream-session-rename",
    "app-gateway",
    "both blocks",
    "tcpSession: { routerAddress: a.example.com, portRange: { start: 30100, end: 30110 } }\nstreamSession: { portRange: { start: 30100, end: 30110 } }\n",
    ["error 1:1"],
    "tcpSession: { routerAddress: '', portRange: { start: } }\nstreamSession: { routerAddress: a.example.com, portRange: { start: 30100, end: 30110 } }\n",
  ),
  file(
    "obsolete-gateway-key",
    "app-gateway",
    "a key of the old router",
    gateway("  jwksKey: ${JWKS_KEY}\n  sslVerify: false\n"),
    ["warning 2:3", "warning 3:3"],
    gateway("  authCookieName: cookie\n"),
  ),
  environment(
    "file-vs-files",
    "an agent with a plural too much",
    {
      controlPlane:
        "fileserver: { ingress: { enabled: true, hostName: file.ml.example.com } }\nwebserver: { displayedServerURLs: { fileserver: https://file.ml.example.com } }\n",
      agent: "agentk8sglue: { fileServerUrlReference: https://files.ml.example.com }\n",
    },
    ["error tenants/acme/agent.yaml:1:41"],
    {
      controlPlane: "fileserver: { ingress: { enabled: true, hostName: files.ml.example.com } }\n",
      agent: "agentk8sglue: { fileServerUrlReference: https://artifacts.ml.example.com }\n",
    },
  ),
  environment(
    "file-vs-files",
    "an agent that uploads elsewhere",
    {
      controlPlane: "fileserver: { ingress: { enabled: true, hostName: files.ml.example.com } }\n",
      agent: "agentk8sglue: { fileServerUrlReference: https://file.ml.example.com }\n",
    },
    ["error tenants/acme/agent.yaml:1:41"],
    {
      controlPlane: "fileserver: { ingress: { enabled: true, hostName: files.ml.example.com } }\n",
      agent: "agentk8sglue: { fileServerUrlReference: https://files.ml.example.com }\n",
    },
  ),
  file(
    "file-vs-files",
    "control-plane",
    "a host the web app does not look for",
    "fileserver: { ingress: { enabled: true, hostName: file.ml.example.com } }\n",
    ["warning 1:51"],
    "fileserver: { ingress: { enabled: true, hostName: file.ml.example.com } }\nwebserver: { displayedServerURLs: { fileserver: https://file.ml.example.com } }\n",
  ),
  environment(
    "host-outside-cookie-domain",
    "a gateway below another domain",
    { gateway: "ingress: { enabled: true, hostName: acme.example.org }\n" },
    ["error tenants/acme/gateway.yaml:1:37"],
    { gateway: "ingress: { enabled: true, hostName: acme.ml.example.com }\n" },
  ),
  file(
    "host-outside-cookie-domain",
    "control-plane",
    "a domain that only ends alike",
    "clearml: { cookieDomain: example.com }\nwebserver: { ingress: { enabled: true, hostName: app.notexample.com } }\n",
    ["error 2:50"],
    "clearml: { cookieDomain: example.com }\nwebserver: { ingress: { enabled: true, hostName: app.example.com } }\napiserver: { ingress: { enabled: false, hostName: api.example.org } }\n",
  ),
];
