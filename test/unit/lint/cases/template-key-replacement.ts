import { file, type RuleCase } from "./model.ts";

const SLUG = "template-key-replacement";
const agent = (base: string, own: string) =>
  `agentk8sglue:\n  basePodTemplate:\n    ${base}\n  queues:\n    gpu:\n      templateOverrides:\n        ${own}\n`;
const BASE = "resources: { limits: { memory: 8Gi } }";
const VOLUME = "volumes: [{ name: dshm, emptyDir: {} }]";

export const cases: readonly RuleCase[] = [
  file(
    SLUG,
    "agent",
    "a label that is lost",
    agent('labels: { billing-monitored: "true" }', 'labels: { required-resources: "1" }'),
    ["warning 7:9"],
    agent(
      'labels: { billing-monitored: "true" }',
      'labels: { required-resources: "1", billing-monitored: "true" }',
    ),
  ),
  file(
    SLUG,
    "agent",
    "a limit that is lost",
    agent(BASE, "resources: { limits: { nvidia.com/gpu: 1 } }"),
    ["warning 7:9"],
    agent(BASE, "resources: { limits: { nvidia.com/gpu: 1, memory: 16Gi } }"),
  ),
  file(
    SLUG,
    "agent",
    "a volume that is lost",
    agent(VOLUME, "volumes: [{ name: data, emptyDir: {} }]"),
    ["warning 7:9"],
    agent(VOLUME, "extraVolumes: [{ name: data, emptyDir: {} }]"),
  ),
  file(
    SLUG,
    "agent",
    "a toleration that is lost",
    agent("tolerations: [{ key: gpu }]", "tolerations: [{ key: spot }]"),
    ["warning 7:9"],
    agent("tolerations: [{ key: gpu }]", "tolerations: []"),
  ),
];
