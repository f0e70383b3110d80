import { tenantWith } from "../support.ts";
import { environment, file, files, type RuleCase } from "./model.ts";

const RULE = "pre-2023-block";
const PUBLIC = "agentk8sglue:\n  queue: default\n  createQueueIfNotExists: true\n";
const publicAgent = (overrides: string) =>
  tenantWith("agent: { version: 5.3.3, overrides: [agent.yaml] }", { "agent.yaml": overrides }, "community");

export const cases: readonly RuleCase[] = [
  environment(
    RULE,
    "the block of enterprise features",
    { controlPlane: "enterpriseFeatures:\n  clearmlApplications: { enabled: true }\n" },
    ["error control-plane.yaml:1:1"],
    { controlPlane: "clearmlApplications: { enabled: true }\n" },
  ),
  file(
    RULE,
    "agent",
    "the block in a file of its own",
    "enterpriseFeatures:\n  queues: {}\n",
    ["warning 1:1"],
    "agentk8sglue:\n  queue: default\n",
  ),
  environment(
    RULE,
    "the public agent's keys",
    { agent: PUBLIC },
    ["error tenants/acme/agent.yaml:2:3", "error tenants/acme/agent.yaml:3:3"],
    { agent: "agentk8sglue:\n  queues: { default: { templateOverrides: {} } }\n  createQueues: true\n" },
  ),
  files(
    RULE,
    "the block in the community edition",
    publicAgent("enterpriseFeatures: {}\n"),
    ["warning agent.yaml:1:1"],
    publicAgent(PUBLIC),
  ),
];
