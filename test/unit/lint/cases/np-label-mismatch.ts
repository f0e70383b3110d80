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

const withServer = (fields: string) => {
  const all = sample(policy("clearml-clearml-enterprise"), "clearml");
  const server = `  control-plane: { version: 10.12.7, overrides: [server.yaml], ${fields} }`;
  return {
    ...all,
    "clearml.yaml": `${all["clearml.yaml"]}`.replace(/^ {2}control-plane: .*$/m, server),
    "server.yaml":
      'imageCredentials: { password: "${TOKEN}" }\nclearml: { cookieDomain: "${BASE_DOMAIN}" }\n',
  };
};

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
  files(
    "np-label-mismatch",
    "a chart by its address; the name may be set in the values",
    withServer("chart: oci://registry.example.com/charts/clearml-enterprise, release: server"),
    ["error policies.yaml:7:31"],
    withServer("chart: oci://registry.example.com/charts/clearml-enterprise, release: clearml"),
  ),
  files(
    "np-label-mismatch",
    "a name set in the values",
    withServer("release: clearml, values: { fullnameOverride: server }"),
    ["error policies.yaml:7:31"],
    withServer("release: other, values: { fullnameOverride: clearml-clearml-enterprise }"),
  ),
];
