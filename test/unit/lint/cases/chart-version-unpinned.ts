import { environmentWith } from "../support.ts";
import { files, type RuleCase } from "./model.ts";

const RULE = "chart-version-unpinned";
const gpu = (fields: string) => environmentWith(`gpu-operator: { ${fields} }`);
const DIGEST = `sha256:${"ab".repeat(32)}`;

export const cases: readonly RuleCase[] = [
  files(
    RULE,
    "a component without a version",
    environmentWith("gpu-operator:\nnetwork-isolation:"),
    ["warning clearml.yaml:8:3"],
    gpu("version: v26.7.0"),
  ),
  files(
    RULE,
    "a range, a placeholder, half a version",
    environmentWith(
      "gpu-operator: { version: ^26.7.0 }\nredis: { version: <CURRENT CHART VERSION> }\npresign-service: { version: '1.0', enabled: false }\nserving: { version: latest }",
    ),
    ["warning clearml.yaml:8:28", "warning clearml.yaml:9:21", "warning clearml.yaml:11:23"],
    gpu("version: 26.7.0-rc.1"),
  ),
  files(
    RULE,
    "an OCI reference without a version",
    gpu("chart: oci://registry.example.com/gpu-operator"),
    ["warning clearml.yaml:8:3"],
    gpu("chart: 'oci://registry.example.com/gpu-operator:v26.7.0'"),
  ),
  files(
    RULE,
    "a moving tag",
    gpu("chart: 'oci://registry.example.com/gpu-operator:latest'"),
    ["warning clearml.yaml:8:3"],
    gpu(`chart: 'oci://registry.example.com/gpu-operator@${DIGEST}'`),
  ),
  files(
    RULE,
    "a chart by its name",
    gpu("chart: gpu-operator"),
    ["warning clearml.yaml:8:3"],
    gpu("chart: charts/gpu-operator"),
  ),
  files(
    RULE,
    "a repository instead of a package",
    gpu("repository: https://helm.ngc.nvidia.com/nvidia"),
    ["warning clearml.yaml:8:3"],
    gpu("chart: charts/gpu-operator-v26.7.0.tgz"),
  ),
];
