import { environment, file, type RuleCase } from "./model.ts";

const gateway = (lines: string) => `clearml:\n${lines}`;

export const cases: readonly RuleCase[] = [
  environment(
    "gateway-key-generation",
    "an older spelling the chart still reads",
    { gateway: "clearml: { apiServerKey: '${TOKEN}', apiServerSecret: '${TOKEN}' }\n" },
    ["warning tenants/acme/gateway.yaml:1:12", "warning tenants/acme/gateway.yaml:1:38"],
    { gateway: "clearml: { apiKey: '${TOKEN}', apiSecret: '${TOKEN}' }\n" },
  ),
  environment(
    "gateway-key-generation",
    "an older spelling the chart ignores",
    { gateway: "clearml: { apiServerKey: '${TOKEN}' }\n", gatewayVersion: "2.0.1" },
    ["error tenants/acme/gateway.yaml:1:12"],
    { gateway: "clearml: { apiKey: '${TOKEN}' }\n", gatewayVersion: "2.0.1" },
  ),
  environment(
    "gateway-key-generation",
    "the new spelling in the router",
    { router: "clearml: { apiKey: '${TOKEN}' }\n" },
    ["error tenants/acme/router.yaml:1:12"],
    { router: "clearml: { apiServerKey: '${TOKEN}' }\n" },
  ),
  environment(
    "gateway-key-generation",
    "the oldest spelling in the enterprise router",
    { router: "clearml: { apiserverKey: '${TOKEN}' }\n" },
    ["error tenants/acme/router.yaml:1:12"],
    { router: "clearml: { apiServerKey: '${TOKEN}' }\n" },
  ),
  file(
    "gateway-key-generation",
    "app-gateway",
    "two spellings in one file",
    gateway("  apiKey: ${A}\n  apiServerSecret: ${B}\n"),
    ["error 3:3"],
    gateway("  apiKey: ${A}\n  apiSecret: ${B}\n"),
  ),
];
