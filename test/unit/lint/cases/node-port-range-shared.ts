import { twoTenants } from "../two-tenants.ts";
import { files, type RuleCase } from "./model.ts";

const agent = (start: number) => ({
  agent: `sessions:\n  portModeEnabled: true\n  externalIP: 10.0.0.1\n  startingPort: ${start}\n  maxServices: 10\n`,
});
const gateway = (type: string) => ({
  "app-gateway": `streamSession:\n  routerAddress: tcp.ml.example.com\n  service: { type: ${type} }\n  portRange: { start: 30010, end: 30020 }\n`,
});
const SLUG = "node-port-range-shared";
const AT = "info tenants/acme/agent.yaml:4:17";
const open = (port: string) => ({
  "app-gateway": `service: { type: NodePort${port} }\nexternalURL: https://gw.ml.example.com\n`,
});

export const cases: readonly RuleCase[] = [
  files(
    SLUG,
    "a load balancer of another tenant",
    twoTenants({ acme: agent(31010), globex: gateway("LoadBalancer") }),
    [AT],
    twoTenants({ acme: agent(30075), globex: gateway("LoadBalancer") }),
  ),
  files(
    SLUG,
    "a node port left to chance",
    twoTenants({ acme: agent(30076), globex: open("") }),
    [AT],
    twoTenants({ acme: agent(30076), globex: open(", nodePort: 30100") }),
  ),
  files(
    SLUG,
    "a load balancer of the server",
    twoTenants({ server: "apiserver: { service: { type: LoadBalancer } }\n", acme: agent(31010) }),
    [AT],
    twoTenants({ acme: { ...agent(31010), ...gateway("LoadBalancer") } }),
  ),
];
