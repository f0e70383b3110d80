import { twoTenants } from "../two-tenants.ts";
import { files, type RuleCase } from "./model.ts";

const gateway = (address: string, type: string, start: number) => ({
  "app-gateway": `streamSession:\n  routerAddress: ${address}\n  service:\n    type: ${type}\n  portRange:\n    start: ${start}\n    end: ${start + 10}\n`,
});
const SLUG = "stream-port-overlap";
const AT = "error tenants/globex/app-gateway.yaml:6:12";

export const cases: readonly RuleCase[] = [
  files(
    SLUG,
    "two load balancers of one address",
    twoTenants({
      acme: gateway("tcp.ml.example.com", "LoadBalancer", 20100),
      globex: gateway("tcp.${BASE_DOMAIN}", "LoadBalancer", 20110),
    }),
    [AT],
    twoTenants({
      acme: gateway("tcp.ml.example.com", "LoadBalancer", 20100),
      globex: gateway("tcp.globex.ml.example.com", "LoadBalancer", 20110),
    }),
  ),
  files(
    SLUG,
    "node ports, whatever the address",
    twoTenants({
      acme: gateway("tcp.acme.ml.example.com", "NodePort", 30010),
      globex: gateway("tcp.globex.ml.example.com", "NodePort", 30015),
    }),
    [AT],
    twoTenants({
      acme: gateway("tcp.ml.example.com", "NodePort", 30010),
      globex: gateway("tcp.ml.example.com", "NodePort", 30021),
    }),
  ),
  files(
    SLUG,
    "two load balancers, one behind the address of nodes",
    twoTenants({
      acme: gateway("tcp.ml.example.com", "LoadBalancer", 30010),
      globex: gateway("tcp.ml.example.com", "LoadBalancer", 30015),
    }),
    [AT],
    twoTenants({
      acme: gateway("tcp.ml.example.com", "LoadBalancer", 30010),
      globex: gateway("tcp.ml.example.com", "NodePort", 30015),
    }),
  ),
  files(
    SLUG,
    "a node port of the server",
    twoTenants({
      server: "apiserver: { service: { type: NodePort, nodePort: 30010 } }\n",
      globex: gateway("tcp.ml.example.com", "NodePort", 30010),
    }),
    [AT],
    twoTenants({
      server: "apiserver: { service: { type: NodePort, nodePort: 30009 } }\n",
      globex: gateway("tcp.ml.example.com", "NodePort", 30010),
    }),
  ),
];
