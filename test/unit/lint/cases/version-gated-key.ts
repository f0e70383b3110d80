import { environmentWith, tenantWith } from "../support.ts";
import { files, type RuleCase } from "./model.ts";

const RULE = "version-gated-key";
const server = (version: string, overrides: string, edition = "community") =>
  environmentWith(
    `control-plane:\n  version: ${version}\n  overrides: [a.yaml]\n  values: { imageCredentials: { password: "\${TOKEN}" }, clearml: { cookieDomain: ml.example.com } }`,
    { "a.yaml": overrides },
    edition,
  );
const agent = (version: string, overrides: string) =>
  tenantWith(`agent: { version: ${version}, overrides: [a.yaml] }`, { "a.yaml": overrides }, "community");
const serving = (version: string, overrides: string) =>
  environmentWith(`serving: { version: ${version}, overrides: [a.yaml] }`, { "a.yaml": overrides });

const replicated = "redis:\n  architecture: replication\n";
const replicaSet = "mongodb:\n  architecture: replicaset\n";
const credentials = "clearml:\n  existingAgentk8sglueSecret: agent\n";
const config = "clearml:\n  existingClearmlConfigSecret: agent\n";
const packages = "clearml:\n  extraPythonPackages: [numpy]\n";

export const cases: readonly RuleCase[] = [
  files(
    RULE,
    "replicated Redis in a chart that names its service wrongly",
    server("7.4.0", replicated),
    ["warning a.yaml:2:17"],
    server("7.4.1", replicated),
  ),
  files(
    RULE,
    "a standalone Redis is fine there",
    server("5.5.1", `${replicated}${replicaSet}`),
    ["warning a.yaml:2:17", "warning a.yaml:4:17"],
    server("5.5.1", `${replicated}${replicaSet}`.replaceAll(/replication|replicaset/g, "standalone")),
  ),
  files(
    RULE,
    "a MongoDB replica set",
    server("5.8.0", replicaSet),
    ["warning a.yaml:2:17"],
    server("5.9.0", replicaSet),
  ),
  files(
    RULE,
    "Redis after Dragonfly took its place",
    server("7.15.0", "redis:\n  enabled: true\n"),
    ["warning a.yaml:1:1"],
    server("7.14.4", "redis:\n  enabled: true\n"),
  ),
  files(
    RULE,
    "Redis in the enterprise chart after Dragonfly took its place",
    server("11.0.0", "redis:\n  enabled: true\n", "enterprise"),
    ["warning a.yaml:1:1"],
    server("10.12.7", "redis:\n  enabled: true\n", "enterprise"),
  ),
  files(
    RULE,
    "the agent's existing secret",
    agent("5.1.3", credentials),
    ["warning a.yaml:2:3"],
    agent("5.1.4", credentials),
  ),
  files(
    RULE,
    "the agent's existing configuration",
    agent("5.1.4", config),
    ["warning a.yaml:2:3"],
    agent("5.1.4", 'clearml:\n  existingClearmlConfigSecret: ""\n'),
  ),
  files(
    RULE,
    "several queues",
    agent("5.1.9", "agentk8sglue:\n  queue: one,two\n"),
    ["warning a.yaml:2:10"],
    agent("5.1.9", "agentk8sglue:\n  queue: one\n"),
  ),
  files(
    RULE,
    "Python packages of serving",
    serving("1.0.2", packages),
    ["warning a.yaml:2:3"],
    serving("1.6.3", packages),
  ),
];
