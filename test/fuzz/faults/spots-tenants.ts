import { type Spot, spotsOf } from "./model.ts";

const spot = spotsOf("tenants");

const GLOBEX = "tenants/globex.yaml";

/** Tenants against each other. `refused` is what reading the files says before any rule looks at them. */
export const TENANT_SPOTS: readonly Spot[] = [
  spot(GLOBEX, "the name of another", ["refused", "tenant-unique"], "name: globex\n", "name: acme\n", {
    text: "name: acme",
  }),
  spot(
    GLOBEX,
    "the administrator of another",
    ["refused", "tenant-unique"],
    "email: admin@globex.example",
    "email: admin@acme.example",
  ),
  spot(GLOBEX, "a domain of another", ["refused", "domain-shared"], "globex-labs.example", "acme.example"),
  spot(GLOBEX, "a domain of everybody", ["domain-shared"], "globex-labs.example", "gmail.com"),
  spot(GLOBEX, "an unknown key", ["refused"], "domains: [", "domain: [x]\ndomains: [", {
    text: "domain: [x]",
  }),
  spot(GLOBEX, "an unknown component", ["refused"], "  app-gateway:", "  app-gatway:"),
  spot(GLOBEX, "a file that is not there", ["refused"], "globex/agent.yaml", "globex/agents.yaml"),
  spot(
    GLOBEX,
    "a gateway elsewhere",
    ["gateway-agent-namespace"],
    "    version: 3.2.0\n",
    "    version: 3.2.0\n    namespace: globex-gateway\n",
    { text: "namespace: globex-gateway" },
  ),
  spot(
    "tenants/initech/agent.yaml",
    "the credentials of another",
    ["credential-shared-across-tenants"],
    "agentk8sglue:\n",
    "clearml:\n  agentk8sglueKey: ${GLOBEX_KEY}\n  agentk8sglueSecret: ${GLOBEX_SECRET}\nagentk8sglue:\n",
    { text: "agentk8sglueKey" },
  ),
  spot(
    "tenants/initech/agent.yaml",
    "the credentials of the server",
    ["system-key-in-tenant"],
    "agentk8sglue:\n",
    "clearml:\n  agentk8sglueKey: ${SUPERVISOR_KEY}\n  agentk8sglueSecret: ${SUPERVISOR_SECRET}\nagentk8sglue:\n",
    { text: "agentk8sglueKey" },
  ),
  spot(
    "tenants/globex/gateway.yaml",
    "the ports of another behind one router",
    ["stream-port-overlap"],
    "  routerAddress: tcp-globex.ml.example.com\n  service:\n    type: LoadBalancer\n  portRange:\n    start: 20200\n    end: 20220\n",
    "  routerAddress: tcp-acme.ml.example.com\n  service:\n    type: LoadBalancer\n  portRange:\n    start: 20110\n    end: 20130\n",
    { text: "start: 20110" },
  ),
  {
    ...spot(
      "tenants/initech/agent.yaml",
      "sessions behind closed policies",
      ["np-blocks-streams"],
      "agentk8sglue:\n",
      "sessions:\n  portModeEnabled: true\n  agentID: initech\n  externalIP: 198.51.100.20\n  startingPort: 31060\n  maxServices: 5\nagentk8sglue:\n",
      { text: "startingPort" },
    ),
    family: "policies",
  },
  spot(
    "overrides/billing.yaml",
    "the wrong user",
    ["wrong-registry-user"],
    "dockerhubcustpocbillingaccess",
    "allegroaienterprise",
  ),
]; // prettier-ignore
