import { environment, file, type RuleCase } from "./model.ts";

const gateway = (url: string, more = "") =>
  `ingress:\n  enabled: false\nservice:\n  type: NodePort\nexternalURL: ${url}\n${more}`;
const secure = (value: string) =>
  `router:\n  extraEnvs:\n    - name: ROUTER__HTTP__AUTHORIZATION__COOKIE__SECURE\n      value: "${value}"\n`;
const URL = "http://nodes.ml.example.com:30100";
const SLUG = "nodeport-mode-partial";

export const cases: readonly RuleCase[] = [
  environment(
    SLUG,
    "http without the variable",
    { gateway: gateway(URL) },
    ["error tenants/acme/gateway.yaml:5:14"],
    { gateway: gateway(URL, secure("false")) },
  ),
  environment(SLUG, "http", { gateway: gateway(URL) }, ["error tenants/acme/gateway.yaml:5:14"], {
    gateway: gateway("https://nodes.ml.example.com:30100"),
  }),
  file(SLUG, "app-gateway", "a secure cookie", gateway(URL, secure("true")), ["error 8:7"], gateway(URL)),
  file(
    SLUG,
    "app-gateway",
    "an Ingress besides",
    "ingress:\n  enabled: true\nservice:\n  type: NodePort\n",
    ["warning 4:9"],
    "ingress:\n  enabled: true\nservice:\n  type: ClusterIP\n",
  ),
];
