import { twoTenants } from "../two-tenants.ts";
import { files, type RuleCase } from "./model.ts";

const agent = (start: number) => ({
  agent: `sessions:\n  portModeEnabled: true\n  externalIP: 10.0.0.1\n  startingPort: ${start}\n  maxServices: 10\n`,
});
const SLUG = "session-port-overlap";

export const cases: readonly RuleCase[] = [
  files(
    SLUG,
    "two tenants who meet at one port",
    twoTenants({ acme: agent(31010), globex: agent(31020) }),
    ["error tenants/globex/agent.yaml:4:17"],
    twoTenants({ acme: agent(31010), globex: agent(31021) }),
  ),
  files(
    SLUG,
    "a node port of the server",
    twoTenants({ server: "webserver: { service: { type: NodePort } }\n", acme: agent(30075) }),
    ["error server.yaml:1:31"],
    twoTenants({ server: "webserver: { service: { type: ClusterIP } }\n", acme: agent(30075) }),
  ),
  files(
    SLUG,
    "the streams of another tenant",
    twoTenants({
      acme: {
        "app-gateway":
          "streamSession:\n  routerAddress: tcp.ml.example.com\n  service: { type: NodePort }\n  portRange: { start: 31000, end: 31015 }\n",
      },
      globex: agent(31010),
    }),
    ["error tenants/globex/agent.yaml:4:17"],
    twoTenants({
      acme: {
        "app-gateway":
          "streamSession:\n  routerAddress: tcp.ml.example.com\n  service: { type: ClusterIP }\n  portRange: { start: 31000, end: 31015 }\n",
      },
      globex: agent(31010),
    }),
  ),
];
