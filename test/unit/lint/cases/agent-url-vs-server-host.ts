import { twoTenants } from "../two-tenants.ts";
import { files, type RuleCase } from "./model.ts";

const SERVER = `apiserver: { ingress: { enabled: true, hostName: "api.\${BASE_DOMAIN}" } }
fileserver: { ingress: { enabled: true, hostName: "files.\${BASE_DOMAIN}" } }
webserver: { ingress: { enabled: true, hostName: "app.\${BASE_DOMAIN}" } }
`;
const agent = (api: string) => `agentk8sglue:\n  apiServerUrlReference: ${api}\n`;
const SLUG = "agent-url-vs-server-host";
const AT = "tenants/acme/agent.yaml:2:26";

export const cases: readonly RuleCase[] = [
  files(
    SLUG,
    "hosts nobody serves, of which two have rules of their own",
    twoTenants({
      server: SERVER,
      acme: {
        agent: `${agent("https://api.other.example.com")}  fileServerUrlReference: https://file.ml.example.com\n  webServerUrlReference: https://app.clear.ml\n`,
      },
    }),
    [`warning ${AT}`],
    // Without an Ingress nobody knows the hosts.
    twoTenants({ acme: { agent: agent("https://api.other.example.com") } }),
  ),
  files(
    SLUG,
    "a host nobody serves",
    twoTenants({ server: SERVER, acme: { agent: agent("https://api.other.example.com") } }),
    [`warning ${AT}`],
    twoTenants({ server: SERVER, acme: { agent: agent("https://api.ml.example.com") } }),
  ),
  files(
    SLUG,
    "the host of another part",
    twoTenants({ server: SERVER, acme: { agent: agent("https://app.ml.example.com") } }),
    [`error ${AT}`],
    twoTenants({
      server: SERVER,
      acme: { agent: agent("http://clearml-clearml-enterprise-apiserver.clearml:8008") },
    }),
  ),
  files(
    SLUG,
    "a gateway that calls the web app",
    twoTenants({
      server: SERVER,
      acme: { "app-gateway": "clearml:\n  apiServerUrlReference: https://app.ml.example.com\n" },
    }),
    ["error tenants/acme/app-gateway.yaml:2:26"],
    twoTenants({
      server: `${SERVER}clearml: { clientConfigurationApiUrl: "https://api.inside.example.com" }\n`,
      acme: { "app-gateway": "clearml:\n  apiServerUrlReference: https://api.inside.example.com\n" },
    }),
  ),
];
