import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "angle-bracket-url",
    "agent",
    "a URL as Markdown prints it",
    "agentk8sglue:\n  webServerUrlReference: <https://app.ml.example.com>\n",
    ["error 2:26"],
    "agentk8sglue:\n  webServerUrlReference: https://app.ml.example.com\n",
  ),
];
