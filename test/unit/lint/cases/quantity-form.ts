import { queue } from "../queues.ts";
import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "quantity-form",
    "agent",
    "a comma",
    queue('{ resources: { limits: { cpu: "1,5", memory: 4Gi } } }'),
    ["error 4:56"],
    queue("{ resources: { limits: { cpu: 1.5, memory: 4Gi, nvidia.com/gpu: 1 } } }"),
  ),
  file(
    "quantity-form",
    "agent",
    "a label that is a number",
    queue("{ labels: { required-resources: 0.5 } }"),
    ["error 4:58"],
    queue('{ labels: { required-resources: "0.5" } }'),
  ),
  file(
    "quantity-form",
    "agent",
    "memory in bytes",
    queue('{ resources: { limits: { memory: 4 }, requests: { memory: "512" } } }'),
    ["warning 4:59", "warning 4:84"],
    queue('{ resources: { limits: { memory: 4000000000 }, requests: { memory: "1048576" } } }'),
  ),
];
