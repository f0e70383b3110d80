import { environment, file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "ingress-host-form",
    "app-gateway",
    "a scheme",
    "ingress:\n  hostName: https://acme.ml.example.com\n",
    ["error 2:13"],
    "ingress:\n  hostName: acme.ml.example.com\n",
  ),
  environment(
    "ingress-host-form",
    "a variable that is no host",
    { controlPlane: "webserver: { ingress: { hostName: '${HOST}.${BASE_DOMAIN}' } }\n" },
    ["error control-plane.yaml:1:35"],
    { controlPlane: "webserver: { ingress: { hostName: 'app.${BASE_DOMAIN}' } }\n" },
  ),
];
