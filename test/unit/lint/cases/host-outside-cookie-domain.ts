import { environment, file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  environment(
    "host-outside-cookie-domain",
    "a gateway below another domain",
    { gateway: "ingress: { enabled: true, hostName: acme.example.org }\n" },
    ["error tenants/acme/gateway.yaml:1:37"],
    { gateway: "ingress: { enabled: true, hostName: acme.ml.example.com }\n" },
  ),
  environment(
    "host-outside-cookie-domain",
    "a gateway at the address of a node",
    { gateway: "service: { type: ClusterIP }\nexternalURL: http://10.0.0.1:30100\n" },
    ["warning tenants/acme/gateway.yaml:2:14"],
    { gateway: "service: { type: ClusterIP }\nexternalURL: http://nodes.ml.example.com:30100\n" },
  ),
  file(
    "host-outside-cookie-domain",
    "control-plane",
    "a domain that only ends alike",
    "clearml: { cookieDomain: example.com }\nwebserver: { ingress: { enabled: true, hostName: app.notexample.com } }\n",
    ["error 2:50"],
    "clearml: { cookieDomain: example.com }\nwebserver: { ingress: { enabled: true, hostName: app.example.com } }\napiserver: { ingress: { enabled: false, hostName: api.example.org } }\n",
  ),
];
