import { file, files, type RuleCase } from "./model.ts";

const withRepository = (repository: string) => ({
  "clearml.yaml": `version: 1
name: test
baseDomain: ml.example.com
components:
  gpu-operator: { version: v26.7.0, repository: ${repository} }
`,
});

export const cases: readonly RuleCase[] = [
  file(
    "angle-bracket-url",
    "agent",
    "a URL as Markdown prints it",
    "agentk8sglue:\n  webServerUrlReference: <https://app.ml.example.com>\n",
    ["error 2:26"],
    "agentk8sglue:\n  webServerUrlReference: https://app.ml.example.com\n",
  ),
  files(
    "angle-bracket-url",
    "a repository in clearml.yaml",
    withRepository("<https://nvidia.github.io/gpu-operator>"),
    ["error clearml.yaml:5:49"],
    withRepository("https://helm.ngc.nvidia.com/nvidia"),
  ),
];
