import { twoTenants } from "../two-tenants.ts";
import { environment, files, type RuleCase } from "./model.ts";

const server = (host: string, more = "") =>
  `apiserver: { ingress: { enabled: true, hostName: api.ml.example.com, tlsSecretName: tls } }
webserver:
  ingress:
    enabled: true
    hostName: ${host}
    tlsSecretName: tls
${more}`;
const gateway = (secret: string) =>
  `ingress:\n  enabled: true\n  hostName: gw.\${TENANT}.ml.example.com\n  tlsSecretName: ${secret}\n`;
const SERVER =
  "apiserver: { ingress: { enabled: true, hostName: api.ml.example.com, tlsSecretName: wildcard } }\n";

export const cases: readonly RuleCase[] = [
  environment(
    "tls-name-depth",
    "hosts of different depth in one namespace",
    { controlPlane: server("app.web.ml.example.com") },
    ["warning control-plane.yaml:6:20"],
    { controlPlane: server("app.ml.example.com") },
  ),
  environment(
    "tls-name-depth",
    "a certificate that nobody makes for each Ingress",
    { controlPlane: server("app.web.ml.example.com", "    annotations: { a/b: c }\n") },
    ["warning control-plane.yaml:6:20"],
    {
      controlPlane: server("app.web.ml.example.com", "    annotations: { cert-manager.io/issuer: ours }\n"),
    },
  ),
  files(
    "tls-name-depth",
    "a wildcard copied to a tenant",
    twoTenants({ server: SERVER, acme: { "app-gateway": gateway("wildcard") } }),
    ["warning tenants/acme/app-gateway.yaml:4:18"],
    twoTenants({ server: SERVER, acme: { "app-gateway": gateway("acme-tls") } }),
  ),
];
