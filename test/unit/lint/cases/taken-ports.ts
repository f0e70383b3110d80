import { cluster, type RuleCase } from "./model.ts";

const FACTS = { kubernetesVersion: "v1.34.2" };
const port = (number: number, namespace = "other") => ({ port: number, namespace, service: "web" });

/** Node ports that Services of the cluster have already. */
export const cases: readonly RuleCase[] = [
  cluster(
    "session-port-overlap",
    "a Service of the cluster within the sessions of an agent",
    {
      agent:
        "sessions: { portModeEnabled: true, externalIP: 203.0.113.7, startingPort: 31010, maxServices: 10 }\n",
    },
    { ...FACTS, nodePorts: [port(30001), port(31020), port(31900)] },
    ["error tenants/acme/agent.yaml:1:75"],
    { ...FACTS, nodePorts: [port(31009), port(31012, "acme"), port(31021)] },
  ),
  cluster(
    "stream-port-overlap",
    "a Service of the cluster within the streams of a gateway",
    {
      gateway:
        "streamSession: { routerAddress: tcp.ml.example.com, portRange: { start: 30100, end: 30110 } }\n",
    },
    { ...FACTS, nodePorts: [port(30100)] },
    ["error tenants/acme/gateway.yaml:1:73"],
    FACTS,
  ),
];
