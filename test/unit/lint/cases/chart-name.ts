import { environmentWith, tenantWith } from "../support.ts";
import { files, type RuleCase } from "./model.ts";

const RULE = "chart-name";
const redis = (fields: string, edition?: string) =>
  environmentWith(`redis: { version: 17.8.3, ${fields} }`, {}, edition);
const cdmo = (fields: string) =>
  environmentWith(
    `dynamic-mig-operator: { version: 1.2.0, ${fields}, values: { imageCredentials: { password: '\${TOKEN}' } } }`,
  );
const router = (fields: string, organisation = "allegroai") =>
  tenantWith(
    `task-traffic-router:
  version: 1.4.0
  repository: https://raw.githubusercontent.com/${organisation}/clearml-enterprise-helm-charts/gh-pages
  ${fields}
  values: { imageCredentials: { password: "\${TOKEN}" }, clearml: { authCookieName: cookie } }`,
  );

export const cases: readonly RuleCase[] = [
  files(
    RULE,
    "the chart of another component",
    redis("chart: clearml-enterprise"),
    ["error clearml.yaml:8:36"],
    redis("chart: redis"),
  ),
  files(
    RULE,
    "an OCI reference of another component",
    cdmo("chart: 'oci://docker.io/clearml/clearml-fractional-gpu-injector:1.3.0'"),
    ["error clearml.yaml:8:50"],
    cdmo("chart: 'oci://registry.example.com/mirror/clearml-dynamic-mig-operator:1.2.0'"),
  ),
  files(
    RULE,
    "a package of another component",
    environmentWith("billing: { chart: charts/clearml-enterprise-10.12.7.tgz }"),
    ["error clearml.yaml:8:21"],
    environmentWith(
      "billing:\n  chart: charts/clearml-billing-1.1.0.tgz\n  values: { imageCredentials: { username: dockerhubcustpocbillingaccess, password: '${TOKEN}' } }",
    ),
  ),
  files(
    RULE,
    "the chart of the other edition",
    environmentWith("control-plane: { version: 7.14.4, chart: clearml }"),
    ["error clearml.yaml:8:44"],
    environmentWith("control-plane: { version: 7.14.4, chart: clearml }", {}, "community"),
  ),
  files(
    RULE,
    "a name with a typing error, and one nobody knows",
    cdmo("chart: clearml-dynamic-mig-operater"),
    ["error clearml.yaml:8:50"],
    cdmo("repository: 'oci://registry.example.com', chart: our-mig-operator"),
  ),
  files(
    RULE,
    "a name that ClearML's repository does not have",
    cdmo("chart: our-mig-operator"),
    ["error clearml.yaml:8:50"],
    cdmo("chart: ./our-mig-operator"),
  ),
  files(
    RULE,
    "the chart that came after this one",
    router("chart: clearml-enterprise-app-gateway"),
    ["error clearml.yaml:14:16"],
    router("chart: clearml-task-traffic-router"),
  ),
  files(
    RULE,
    "a name that was given up before this repository",
    router("chart: clearml-task-traffic-router", "clearml"),
    ["error clearml.yaml:14:16"],
    router("chart: clearml-enterprise-task-traffic-router", "clearml"),
  ),
  files(
    RULE,
    "an alias of helm repo add",
    redis("chart: bitnami/redis"),
    ["warning clearml.yaml:8:36"],
    redis("chart: bitnami/our-redis"),
  ),
];
