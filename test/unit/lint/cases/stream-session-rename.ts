import { environment, file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
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
];
