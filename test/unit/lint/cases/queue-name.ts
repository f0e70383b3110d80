import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "queue-name",
    "agent",
    "two characters",
    "agentk8sglue:\n  queues:\n    q1: { templateOverrides: {} }\n",
    ["error 3:5"],
    "agentk8sglue:\n  queues:\n    GPUs: { templateOverrides: {} }\n",
  ),
];
