import { tenantWith } from "../support.ts";
import { environment, files, type RuleCase } from "./model.ts";

const RULE = "agent-server-skew";
const agent = (tag: string) => `agentk8sglue:\n  image:\n    tag: ${tag}\n`;
const server = (tag: string) => `apiserver:\n  image:\n    tag: ${tag}\n`;
const publicAgent = (tag: string, creates: boolean) =>
  tenantWith(
    "agent: { version: 5.3.3, overrides: [agent.yaml] }",
    { "agent.yaml": `${agent(tag)}  createQueueIfNotExists: ${creates}\n` },
    "community",
  );

export const cases: readonly RuleCase[] = [
  environment(
    RULE,
    "an agent that asks an old server for a new call",
    { controlPlane: server("3.21.6-1443"), agent: agent("1.24-1.9.3-160") },
    ["warning tenants/acme/agent.yaml:3:10"],
    { controlPlane: server("3.21.6-1443"), agent: agent("1.24-1.9.2-150") },
  ),
  environment(
    RULE,
    "an agent newer than the server",
    {
      controlPlane: server("3.20.0"),
      agent: agent("1.24-2.0.0-200"),
      gateway: agent("1.24-2.0.0-200"),
    },
    ["warning tenants/acme/agent.yaml:3:10"],
    { controlPlane: "", agent: agent("1.24-2.0.0-200") },
  ),
  files(
    RULE,
    "a public image that cannot create queues",
    publicAgent("1.24-18", true),
    ["warning agent.yaml:3:10"],
    publicAgent("1.24-18", false),
  ),
  files(
    RULE,
    "a public image before the one that can",
    publicAgent("1.24-20", true),
    ["warning agent.yaml:3:10"],
    publicAgent("1.24-21", true),
  ),
];
