import { file, type RuleCase } from "./model.ts";

const streams = (address: string, host: string, type = "LoadBalancer") =>
  `ingress:\n  enabled: true\n  hostName: ${host}\nstreamSession:\n  routerAddress: ${address}\n  service: { type: ${type} }\n  portRange: { start: 30100, end: 30110 }\n`;

export const cases: readonly RuleCase[] = [
  file(
    "router-address",
    "app-gateway",
    "a port",
    "streamSession:\n  routerAddress: tcp.ml.example.com:30100\n",
    ["warning 2:18"],
    "streamSession:\n  routerAddress: 10.0.0.1\n",
  ),
  file(
    "router-address",
    "app-gateway",
    "the user's own machine",
    "streamSession:\n  routerAddress: localhost\n",
    ["warning 2:18"],
    "streamSession:\n  routerAddress: tcp\n",
  ),
  file(
    "router-address",
    "app-gateway",
    "the host of the Ingress",
    streams("gw.ml.example.com", "gw.ml.example.com"),
    ["warning 5:18"],
    streams("gw.ml.example.com", "gw.ml.example.com", "NodePort"),
  ),
];
