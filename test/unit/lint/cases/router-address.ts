import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "router-address",
    "app-gateway",
    "a port",
    "streamSession:\n  routerAddress: tcp.ml.example.com:30100\n",
    ["warning 2:18"],
    "streamSession:\n  routerAddress: 10.0.0.1\n",
  ),
];
