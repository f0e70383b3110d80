import { environment, type RuleCase } from "./model.ts";

const cookie = (name: string) => `clearml:\n  authCookieName: ${name}\n`;
const SERVER = "clearml:\n  cookieName: clearml_ml\n";

export const cases: readonly RuleCase[] = [
  environment(
    "auth-cookie-name",
    "another cookie",
    { controlPlane: SERVER, gateway: cookie("clearml-token-k8s") },
    ["warning tenants/acme/gateway.yaml:2:19"],
    { controlPlane: SERVER, gateway: cookie("clearml_ml") },
  ),
  environment(
    "auth-cookie-name",
    "no cookie",
    { controlPlane: SERVER, gateway: cookie('""') },
    ["warning tenants/acme/gateway.yaml:2:19"],
    // The name the server has without being told is not known.
    { controlPlane: "", gateway: cookie("clearml-token-k8s") },
  ),
];
