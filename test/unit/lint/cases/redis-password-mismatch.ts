import { environmentOf } from "../support.ts";
import { files, type RuleCase } from "./model.ts";

/** An environment with a shared Redis, and an agent with one more variable. */
function withRedis(name: string, value: string, redis = "auth: { password: '${TOKEN}' }\n") {
  const all = environmentOf({ agent: `agentk8sglue: { extraEnvs: [{ name: ${name}, value: ${value} }] }\n` });
  const config = (all["clearml.yaml"] ?? "").replace(
    "components:\n",
    "components:\n  redis: { version: 22.0.7, overrides: [redis.yaml] }\n",
  );
  return { ...all, "clearml.yaml": config, "redis.yaml": redis };
}

const NAMED = "fullnameOverride: shared\nauth: { password: '${TOKEN}' }\n";
const at = "error tenants/acme/agent.yaml:1:";

export const cases: readonly RuleCase[] = [
  files(
    "redis-password-mismatch",
    "another password",
    withRedis("CLEARML_AGENT_REDIS_PASSWORD", "'${OTHER}'"),
    ["warning tenants/acme/agent.yaml:1:74"],
    withRedis("CLEARML_AGENT_REDIS_PASSWORD", "'${REDIS_PASSWORD}'"),
  ),
  files(
    "redis-password-mismatch",
    "another password than the one both files name",
    withRedis("CLEARML_AGENT_REDIS_PASSWORD", "'${OTHER}'"),
    ["warning tenants/acme/agent.yaml:1:74"],
    withRedis("CLEARML_AGENT_REDIS_PASSWORD", "'${TOKEN}'"),
  ),
  files(
    "redis-password-mismatch",
    "a service that is not there",
    withRedis("CLEARML_AGENT_REDIS_HOST", "redis.redis-shared"),
    [`${at}70`],
    withRedis("CLEARML_AGENT_REDIS_HOST", "redis-master.redis-shared.svc.cluster.local"),
  ),
  files(
    "redis-password-mismatch",
    "another namespace",
    withRedis("CLEARML_AGENT_REDIS_HOST", "redis-master.redis"),
    [`${at}70`],
    withRedis("CLEARML_AGENT_REDIS_HOST", "redis.example.com"),
  ),
  files(
    "redis-password-mismatch",
    "another port",
    withRedis("CLEARML_AGENT_REDIS_PORT", '"6380"'),
    [`${at}70`],
    withRedis(
      "CLEARML_AGENT_REDIS_PORT",
      '"6380"',
      "auth: { password: '${TOKEN}' }\nmaster: { service: { ports: { redis: 6380 } } }\n",
    ),
  ),
  files(
    "redis-password-mismatch",
    "two texts that differ",
    withRedis("CLEARML_AGENT_REDIS_PASSWORD", "abcd", "auth: { password: abce }\n"),
    [`${at}74`],
    withRedis("CLEARML_AGENT_REDIS_PASSWORD", "'${OTHER}'", "auth: { existingSecret: mine }\n"),
  ),
  files(
    "redis-password-mismatch",
    "the name of a Redis that is called otherwise",
    withRedis("CLEARML_AGENT_REDIS_HOST", "redis-master.redis-shared", NAMED),
    [`${at}70`],
    withRedis("CLEARML_AGENT_REDIS_HOST", "shared-master.redis-shared", NAMED),
  ),
];
