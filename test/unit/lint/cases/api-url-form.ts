import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "api-url-form",
    "agent",
    "a path at the end",
    "agentk8sglue:\n  apiServerUrlReference: https://api.ml.example.com/v2.30\n",
    ["error 2:26"],
    "agentk8sglue:\n  apiServerUrlReference: http://clearml-clearml-enterprise-apiserver.clearml:8008\n",
  ),
  file(
    "api-url-form",
    "agent",
    "no scheme",
    "agentk8sglue:\n  fileServerUrlReference: files.ml.example.com\n",
    ["error 2:27"],
    "agentk8sglue:\n  fileServerUrlReference: s3://bucket/folder\n",
  ),
];
