import { filesOf } from "../environment-files.ts";
import { files, type RuleCase } from "./model.ts";

const VALUES = "values: { imageCredentials: { password: '${TOKEN}' } }";
const sample = (...components: string[]) => filesOf({ tenants: { acme: components } });

export const cases: readonly RuleCase[] = [
  files(
    "gateway-agent-namespace",
    "a gateway in a namespace of its own",
    sample(`agent: { ${VALUES} }`, `app-gateway: { version: 3.2.0, namespace: gateways, ${VALUES} }`),
    ["error tenants/acme.yaml:5:45"],
    sample(`agent: { ${VALUES} }`, `app-gateway: { version: 3.2.0, namespace: acme, ${VALUES} }`),
  ),
  files(
    "gateway-agent-namespace",
    "both moved, to different namespaces",
    sample(`agent: { namespace: a, ${VALUES} }`, `app-gateway: { version: 3.2.0, namespace: b, ${VALUES} }`),
    ["error tenants/acme.yaml:5:45"],
    sample(`agent: { namespace: a, ${VALUES} }`, `app-gateway: { version: 3.2.0, namespace: a, ${VALUES} }`),
  ),
  files(
    "gateway-agent-namespace",
    "no agent at all",
    sample(`app-gateway: { version: 3.2.0, ${VALUES} }`),
    ["warning tenants/acme.yaml:4:3"],
    sample(`agent: { ${VALUES} }`, "app-gateway: { enabled: false, namespace: other }"),
  ),
];
