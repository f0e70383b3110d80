import { twoTenants } from "../two-tenants.ts";
import { environment, file, files, type RuleCase } from "./model.ts";

const gateway = (host: string) => `ingress:\n  enabled: true\n  hostName: ${host}\n`;

export const cases: readonly RuleCase[] = [
  files(
    "host-collision",
    "two tenants with one host",
    twoTenants({
      acme: { "app-gateway": gateway("gw.${BASE_DOMAIN}") },
      globex: { "app-gateway": gateway("gw.ml.example.com") },
    }),
    ["warning tenants/globex/app-gateway.yaml:3:13"],
    twoTenants({
      acme: { "app-gateway": gateway("${TENANT}.${BASE_DOMAIN}") },
      globex: { "app-gateway": gateway("${TENANT}.${BASE_DOMAIN}") },
    }),
  ),
  environment(
    "host-collision",
    "a gateway on the host of the web app",
    {
      controlPlane: "webserver: { ingress: { enabled: true, hostName: app.ml.example.com } }\n",
      gateway: gateway("app.ml.example.com"),
    },
    ["warning tenants/acme/gateway.yaml:3:13"],
    {
      controlPlane: "webserver: { ingress: { enabled: false, hostName: app.ml.example.com } }\n",
      gateway: gateway("app.ml.example.com"),
    },
  ),
  environment(
    "host-collision",
    "two parts of the server on one host and path",
    {
      controlPlane:
        "apiserver: { ingress: { enabled: true, hostName: api.ml.example.com } }\nfileserver: { ingress: { enabled: true, hostName: api.ml.example.com } }\n",
    },
    ["warning control-plane.yaml:2:51"],
    {
      controlPlane:
        "apiserver: { ingress: { enabled: true, hostName: api.ml.example.com } }\nfileserver: { ingress: { enabled: true, hostName: api.ml.example.com, path: /files } }\n",
    },
  ),
  file(
    "host-collision",
    "app-gateway",
    "the example of the chart",
    gateway("task-router.dev"),
    ["warning 3:13"],
    "ingress:\n  enabled: false\n  hostName: task-router.dev\n",
  ),
];
