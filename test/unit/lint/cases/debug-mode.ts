import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "debug-mode",
    "agent",
    "debug mode",
    "agentk8sglue:\n  debugMode: true\n",
    ["info 2:14"],
    "agentk8sglue:\n  debugMode: false\n",
  ),
];
