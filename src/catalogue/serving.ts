import type { ComponentDefinition, ValueRule } from "./model.ts";
import { API_URL, OBJECT_NAME } from "./patterns.ts";
import {
  additionalConfigs,
  below,
  environmentList,
  ingress,
  key,
  keys,
  RESOURCES,
  SCHEDULING,
} from "./rows.ts";

/** What the three workloads have in common. */
function workload(name: string): ValueRule[] {
  return [
    ...below(name, [
      key("enabled", "boolean"),
      ...keys("image", ["repository", "tag"], "string"),
      key("replicas", "integer", { minimum: 0 }),
      ...SCHEDULING,
      ...RESOURCES,
      ...environmentList("extraEnvironment"),
      key("extraPythonPackages", "list"),
      key("extraPythonPackages[]", "string"),
      ...keys("", ["existingAdditionalConfigsConfigMap", "existingAdditionalConfigsSecret"], "string", {
        pattern: OBJECT_NAME,
      }),
      ...keys("", ["pollFrequencyMinutes", "metricFrequencyMinutes", "runtimeClassName"], "string"),
      key("autoscaling", "map", { open: true }),
    ]),
    ...additionalConfigs(`${name}.additionalConfigs`),
    ...ingress(name),
  ];
}

export const serving: ComponentDefinition = {
  id: "serving",
  title: "ClearML Serving (open source)",
  scope: "both",
  kind: "chart",
  charts: [
    {
      generation: "any",
      name: "clearml-serving",
      repository: "https://clearml.github.io/clearml-helm-charts",
    },
  ],
  namespace: "clearml-serving",
  release: "clearml-serving",
  needs: ["control-plane"],
  // Kafka and Prometheus of its own keep the statistics.
  stateful: true,
  values: [
    key("imageCredentials.enabled", "boolean"),
    key("imageCredentials.existingSecret", "string", { pattern: OBJECT_NAME }),
    ...keys("imageCredentials", ["registry", "username", "email"], "string"),
    key("imageCredentials.password", "string", { secret: true }),
    ...keys("clearml", ["apiAccessKey", "apiSecretKey"], "string", { secret: true }),
    key("clearml.apiKeyExistingSecret", "string", { pattern: OBJECT_NAME }),
    ...keys("clearml", ["apiHost", "filesHost", "webHost"], "string", { pattern: API_URL }),
    ...keys("clearml", ["defaultBaseServeUrl", "servingTaskId", "kafkaServeUrl"], "string"),
    // Where charts before 1.1 had it.
    key("clearml.extraPythonPackages", "list"),
    ...workload("clearml_serving_statistics"),
    ...workload("clearml_serving_inference"),
    ...workload("clearml_serving_triton"),
    ...keys("", ["kafka", "prometheus", "grafana"], "map", { open: true }),
    key("grafana.adminPassword", "string", { secret: true }),
  ],
};
