import { environmentWith, tenantWith } from "../support.ts";
import { files, type RuleCase } from "./model.ts";

const RULE = "repo-generation";
const B = "https://raw.githubusercontent.com/clearml/clearml-enterprise-helm-charts/gh-pages";
const values = "values: { imageCredentials: { password: '${TOKEN}' } }";
const cdmo = (fields: string) => environmentWith(`dynamic-mig-operator: { ${fields}, ${values} }`);
const agent = (fields: string) => tenantWith(`agent: { ${fields}, ${values} }`);

export const cases: readonly RuleCase[] = [
  files(
    RULE,
    "a repository of an earlier generation",
    cdmo(`repository: ${B}/`),
    ["warning clearml.yaml:8:39"],
    cdmo("repository: oci://docker.io/clearml"),
  ),
  files(
    RULE,
    "an old repository for a version that is in the new one",
    agent(`version: 6.14.6, repository: ${B}`),
    ["warning clearml.yaml:11:45"],
    agent(`version: 6.9.2, repository: ${B}`),
  ),
  files(
    RULE,
    "the former organisation",
    cdmo("repository: '${REGISTRY}'"),
    ["warning clearml.yaml:8:39"],
    cdmo("repository: 'oci://registry.example.com/allegroai'"),
  ),
  files(
    RULE,
    "an alias of helm repo add",
    cdmo("repository: clearml-enterprise"),
    ["error clearml.yaml:8:39"],
    cdmo("repository: https://charts.example.com"),
  ),
  files(
    RULE,
    "an OCI prefix that ends in the chart's name",
    cdmo("repository: oci://registry.example.com/clearml-dynamic-mig-operator"),
    ["error clearml.yaml:8:39"],
    cdmo("chart: oci://registry.example.com/clearml-dynamic-mig-operator"),
  ),
  files(
    RULE,
    "an OCI prefix that ends in the name given beside it",
    cdmo("repository: oci://registry.example.com/our-mig, chart: our-mig"),
    ["error clearml.yaml:8:39"],
    cdmo("repository: oci://registry.example.com/our-mig, chart: our-mig-operator"),
  ),
  files(
    RULE,
    "a repository without the version",
    environmentWith("gpu-operator: { version: v26.7.0, repository: https://nvidia.github.io/gpu-operator }"),
    ["warning clearml.yaml:8:49"],
    environmentWith("gpu-operator: { version: v1.7.1, repository: https://nvidia.github.io/gpu-operator }"),
  ),
];
