import { environment, file, type RuleCase } from "./model.ts";

const SLUG = "template-overrides-missing";
const agent = (queue: string) => `agentk8sglue:\n  queues:\n    default:\n${queue}`;

export const cases: readonly RuleCase[] = [
  environment(
    SLUG,
    "a queue with settings alone",
    { agent: agent("      queueSettings: { maxPods: 1 }\n") },
    ["error tenants/acme/agent.yaml:3:5"],
    { agent: agent("      queueSettings: { maxPods: 1 }\n      templateOverrides: {}\n") },
  ),
  environment(
    SLUG,
    "a queue with nothing",
    { agent: agent("    other: { templateOverrides: {} }\n") },
    ["error tenants/acme/agent.yaml:3:5"],
    { agent: agent("      templateOverrides: { labels: { a: b } }\n") },
  ),
  file(
    SLUG,
    "agent",
    "a template of null",
    agent("      templateOverrides:\n"),
    ["error 4:7"],
    // Another file may have it.
    agent("      queueSettings: { maxPods: 1 }\n"),
  ),
];
