import { withChart } from "../chart-at-hand.ts";
import { file, files, type RuleCase, rendered } from "./model.ts";

const OLD_DEFAULT = {
  "chart/values.yaml": "image: { registry: docker.io, repository: bitnami/kafka, tag: '3.4' }\n",
};

const redis = (fields: string) => ({
  "clearml.yaml": `version: 1
name: test
baseDomain: ml.example.com
components:
  redis: { ${fields}, values: { auth: { existingSecret: redis } } }
`,
});

const pod = (image: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: "${image}" }] }\n`;

export const cases: readonly RuleCase[] = [
  file(
    "retired-images",
    "redis",
    "a version of Bitnami's images on Docker Hub",
    "image:\n  registry: docker.io\n  repository: bitnami/redis\n  tag: 7.0.8\n",
    ["warning 3:15"],
    "image:\n  repository: bitnamilegacy/redis\n  tag: 7.0.8\n",
  ),
  file(
    "retired-images",
    "redis",
    "not from a mirror, and not the latest",
    "image:\n  repository: bitnami/redis\n",
    ["warning 2:15"],
    "image:\n  registry: mirror.example.com\n  repository: bitnami/redis\nmetrics:\n  image:\n    repository: bitnami/redis-exporter\n    tag: latest\nsentinel:\n  enabled: false\n  image:\n    repository: bitnami/redis-sentinel\n",
  ),
  file(
    "retired-images",
    "agent",
    "an image of ClearML's old organisation",
    "agentk8sglue:\n  defaultContainerImage: allegroai/clearml-agent-k8s-base:1.24\n",
    ["warning 2:26"],
    "agentk8sglue:\n  defaultContainerImage: clearml/clearml-agent-k8s-base:1.24\n",
  ),
  files(
    "retired-images",
    "the default of the chart at hand",
    withChart({ "serving.yaml": "debug: true\n" }, OLD_DEFAULT),
    ["warning clearml.yaml:7:3"],
    withChart({ "serving.yaml": "image: { repository: bitnamilegacy/kafka }\n" }, OLD_DEFAULT),
  ),
  files(
    "retired-images",
    "Bitnami's chart of Redis with its default image",
    redis("version: 17.8.3"),
    ["warning clearml.yaml:5:3"],
    redis("version: 17.8.3, repository: oci://registry.example.com/charts"),
  ),
  rendered(
    "retired-images",
    "control-plane",
    "the default of a chart that was fetched and rendered",
    {},
    pod("docker.io/bitnami/mongodb:7.0"),
    ["warning clearml.yaml:7:3"],
    pod("docker.io/bitnamilegacy/mongodb:7.0"),
  ),
];
