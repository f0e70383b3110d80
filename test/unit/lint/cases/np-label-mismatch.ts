import { filesOf } from "../environment-files.ts";
import { files, type RuleCase } from "./model.ts";

const policy = (name: string, namespace = "clearml") => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow, namespace: ${namespace} }
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: ${name}
  ingress: [{ from: [{ namespaceSelector: {} }] }]
`;
const sample = (text: string, release: string) =>
  filesOf({
    release,
    components: ["network-isolation: { overrides: [policies.yaml] }"],
    files: { "policies.yaml": text },
  });

export const cases: readonly RuleCase[] = [
  files(
    "np-label-mismatch",
    "the name that another release would have",
    sample(policy("clearml-clearml-enterprise"), "clearml-enterprise"),
    ["error policies.yaml:7:31"],
    sample(policy("clearml-clearml-enterprise"), "clearml"),
  ),
  files(
    "np-label-mismatch",
    "in the second document; other pods and namespaces are left alone",
    sample(`${policy("clearml-enterprise-agent")}---\n${policy("clearml-enterprise")}`, "clearml"),
    ["error policies.yaml:16:31"],
    sample(`${policy("clearml-enterprise-agent")}---\n${policy("clearml-enterprise", "other")}`, "clearml"),
  ),
];
