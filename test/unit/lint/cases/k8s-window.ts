import { filesOf } from "../environment-files.ts";
import { files, type RuleCase } from "./model.ts";

const VALUES = "values: { imageCredentials: { password: '${TOKEN}' } }";
const AGENT = `agent: { ${VALUES} }`;
const sample = (kubernetes: string, gateway: string, more: Record<string, string> = {}) => {
  const all = filesOf({ tenants: { acme: [AGENT, gateway] }, files: more });
  const text = `${all["clearml.yaml"]}`.replace("tenants:", `kubernetesVersion: "${kubernetes}"\ntenants:`);
  return { ...all, "clearml.yaml": text };
};
const chart = (range: string) => ({
  "charts/gateway/Chart.yaml": `apiVersion: v2\nname: clearml-enterprise-app-gateway\nversion: 2.0.1\nkubeVersion: "${range}"\n`,
  "charts/gateway/values.yaml": "{}\n",
});
const LOCAL = `app-gateway: { chart: ../charts/gateway, ${VALUES} }`;
const OLD = `task-traffic-router: { version: 1.4.0, values: { imageCredentials: { password: '\${TOKEN}' }, clearml: { authCookieName: c } } }`;

export const cases: readonly RuleCase[] = [
  files(
    "k8s-window",
    "a chart at hand",
    sample("1.34", LOCAL, chart(">=1.21.0-0 <1.32.0-0")),
    ["error tenants/acme.yaml:5:3"],
    sample("1.31", LOCAL, chart(">=1.21.0-0, <1.32.0-0")),
  ),
  files(
    "k8s-window",
    "a window that begins within a minor version",
    sample("1.33", LOCAL, chart(">=1.34.2-0")),
    ["error tenants/acme.yaml:5:3"],
    sample("1.34", LOCAL, chart(">=1.34.2-0")),
  ),
  files(
    "k8s-window",
    "a version whose window is known",
    sample("1.32", `app-gateway: { version: 2.0.2, ${VALUES} }`),
    ["warning tenants/acme.yaml:5:27"],
    sample("1.32", `app-gateway: { version: 2.0.3, ${VALUES} }`),
  ),
  {
    rule: "k8s-window",
    what: "the version of the cluster, with the suffix of a vendor",
    bad: {
      kind: "environment",
      files: filesOf({ tenants: { acme: [AGENT, OLD] } }),
      cluster: { kubernetesVersion: "v1.32.1-eks-5d6b" },
    },
    at: ["warning tenants/acme.yaml:5:35"],
    good: {
      kind: "environment",
      files: filesOf({ tenants: { acme: [AGENT, OLD] } }),
      cluster: { kubernetesVersion: "v1.31.9-eks-5d6b" },
    },
  },
  {
    rule: "k8s-window",
    what: "another version than clearml.yaml says",
    bad: {
      kind: "environment",
      files: sample("1.34", "network-isolation: {}"),
      cluster: { kubernetesVersion: "v1.35.0" },
    },
    at: ["warning clearml.yaml:5:20"],
    good: {
      kind: "environment",
      files: sample("1.34", "network-isolation: {}"),
      cluster: { kubernetesVersion: "v1.34.7+k3s1" },
    },
  },
  {
    rule: "k8s-window",
    what: "said once, where the file and the cluster agree",
    bad: {
      kind: "environment",
      files: sample("1.34", OLD),
      cluster: { kubernetesVersion: "v1.34.2" },
    },
    at: ["warning tenants/acme.yaml:5:35"],
    good: {
      kind: "environment",
      files: sample("1.31", OLD),
      cluster: { kubernetesVersion: "v1.31.2" },
    },
  },
  {
    rule: "k8s-window",
    what: "the cluster alone is too new",
    bad: {
      kind: "environment",
      files: sample("1.31", OLD),
      cluster: { kubernetesVersion: "v1.32.2" },
    },
    at: ["warning clearml.yaml:5:20", "warning tenants/acme.yaml:5:35"],
    good: { kind: "environment", files: sample("1.31", OLD) },
  },
];
