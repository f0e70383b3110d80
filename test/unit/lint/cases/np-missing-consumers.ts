import { filesOf } from "../environment-files.ts";
import { files, type RuleCase } from "./model.ts";

const tenants = { acme: ["network-isolation: {}"] };
const COVERED = ["clearml", "redis-shared"]
  .map(
    (namespace) =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: a, namespace: ${namespace} }\nspec: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] }\n`,
  )
  .join("---\n");

export const cases: readonly RuleCase[] = [
  files(
    "np-missing-consumers",
    "only tenants are isolated",
    filesOf({ components: ["redis: {}", "gpu-operator: { version: v26.7.0 }"], tenants }),
    ["warning clearml.yaml:7:3", "warning clearml.yaml:8:3"],
    filesOf({ components: ["redis: {}", "network-isolation: {}"], tenants }),
  ),
  files(
    "np-missing-consumers",
    "nobody is isolated, or the shared namespaces have policies of their own",
    filesOf({ components: ["network-isolation: { enabled: false }"], tenants }),
    ["warning clearml.yaml:7:3"],
    filesOf({
      components: ["redis: {}"],
      tenants: { acme: ["network-isolation: { overrides: [p/p.yaml] }"] },
      files: { "tenants/p/p.yaml": COVERED },
    }),
  ),
];
