import { file, type RuleCase } from "./model.ts";

const queue = (template: string) => `agentk8sglue:
  queues:
    default:
      templateOverrides:
        ${template}
`;

export const cases: readonly RuleCase[] = [
  file(
    "quantity-form",
    "agent",
    "a comma",
    queue('resources: { limits: { cpu: "1,5", memory: 4Gi } }'),
    ["error 5:37"],
    queue("resources: { limits: { cpu: 1.5, memory: 4Gi, nvidia.com/gpu: 1 } }"),
  ),
  file(
    "quantity-form",
    "agent",
    "a label that is a number",
    queue("labels: { required-resources: 0.5 }"),
    ["error 5:39"],
    queue('labels: { required-resources: "0.5" }'),
  ),
];
