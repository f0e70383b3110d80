import { environment, file, type RuleCase } from "./model.ts";

const streams = (type: string, start: number, end: number) =>
  `streamSession:\n  routerAddress: tcp.ml.example.com\n  service:\n    type: ${type}\n  portRange:\n    start: ${start}\n    end: ${end}\n`;
const SLUG = "stream-port-range";

export const cases: readonly RuleCase[] = [
  file(
    SLUG,
    "app-gateway",
    "an end before the start",
    streams("LoadBalancer", 20120, 20100),
    ["error 6:12"],
    streams("LoadBalancer", 20100, 20100),
  ),
  file(
    SLUG,
    "app-gateway",
    "node ports from elsewhere",
    streams("NodePort", 20100, 20120),
    ["error 6:12"],
    streams("LoadBalancer", 20100, 20120),
  ),
  file(
    SLUG,
    "app-gateway",
    "node ports past the last",
    streams("NodePort", 32760, 32768),
    ["error 7:10"],
    streams("NodePort", 30000, 32767),
  ),
  file(
    SLUG,
    "app-gateway",
    "ports of root",
    streams("ClusterIP", 1000, 1030),
    ["warning 6:12"],
    streams("ClusterIP", 1024, 1030),
  ),
  file(
    SLUG,
    "app-gateway",
    "more ports than a load balancer takes",
    streams("LoadBalancer", 20000, 20100),
    ["warning 7:10"],
    streams("LoadBalancer", 20000, 20099),
  ),
  environment(
    SLUG,
    "the type the gateway has without being told",
    { gateway: "streamSession: { routerAddress: 10.0.0.1, portRange: { start: 20100, end: 20110 } }\n" },
    ["error tenants/acme/gateway.yaml:1:63"],
    { gateway: "streamSession: { routerAddress: 10.0.0.1, portRange: { start: 30100, end: 30110 } }\n" },
  ),
  {
    ...environment(
      SLUG,
      "the type the old router probably has without being told",
      { router: "tcpSession:\n  routerAddress: 10.0.0.1\n  portRange:\n    start: 20100\n    end: 20110\n" },
      ["warning tenants/acme/router.yaml:4:12"],
      {},
    ),
    // Another file may have the type.
    good: file(
      "",
      "task-traffic-router",
      "",
      "",
      [],
      "tcpSession:\n  routerAddress: 10.0.0.1\n  portRange:\n    start: 20100\n    end: 20110\n",
    ).good,
  },
];
