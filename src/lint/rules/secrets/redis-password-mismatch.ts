import { fullname } from "../../../helm/fullname.ts";
import { valueAt } from "../../../overrides/values.ts";
import { isCertain, type SecretUse, secretUseAt } from "../../facts/secret-uses.ts";
import type { Hit, LintRelease, Rule, Variable } from "../../model.ts";

export const redisPasswordMismatch: Rule = {
  id: "L61",
  slug: "redis-password-mismatch",
  severity: "error",
  about: "An agent looks for the shared Redis at another address, or with another password, than it has.",
  why: "The agent cannot suspend and resume tasks then, and says so in its log only. Write `${REDIS_PASSWORD}` for the password; the host is `<release>-master.<namespace>` of the Redis in this environment, the port 6379.",
  components: ["redis", "agent"],
  *checkAll(releases) {
    const redis = releases.find(({ id }) => id === "redis");
    if (!redis) return;
    const password = secretUseAt(redis, "auth.password");
    for (const release of releases) {
      if (release.id !== "agent") continue;
      yield* wrongPassword(release, password);
      for (const variable of release.variables) yield* wrongPlace(variable, redis);
    }
  },
};

function* wrongPassword(agent: LintRelease, password: SecretUse | undefined): Generator<Hit> {
  const used = secretUseAt(agent, "CLEARML_AGENT_REDIS_PASSWORD");
  if (!used || !password || used.identity === password.identity) return;
  if ([used.identity, password.identity].includes("name REDIS_PASSWORD")) return;
  yield {
    message: "`CLEARML_AGENT_REDIS_PASSWORD` is not the password of the shared Redis",
    // Two names may stand for the same secret.
    ...(isCertain(used, password) ? {} : { severity: "warning" as const }),
    hint: "write `${REDIS_PASSWORD}`",
    at: used.entry.at(),
    related: [{ at: password.entry.at(), message: "the password of the Redis" }],
  };
}

function* wrongPlace({ name, value }: Variable, redis: LintRelease): Generator<Hit> {
  if (!value || value.text === undefined || value.leftover) return;
  const { text } = value;
  const master = `${masterName(redis)}.${redis.namespace}`;
  const wrongHost =
    name === "CLEARML_AGENT_REDIS_HOST" &&
    isInside(text, redis) &&
    text.replace(/\.svc(\..*)?$/, "") !== master;
  if (wrongHost) {
    yield {
      message: `\`${text}\` is not the shared Redis of this environment`,
      hint: `write ${master}`,
      at: value.at(),
      related: [{ at: redis.at, message: "the Redis" }],
    };
  }
  const port = valueAt(redis.values, ["master", "service", "ports", "redis"]) ?? 6379;
  if (name === "CLEARML_AGENT_REDIS_PORT" && text !== String(port)) {
    yield { message: `the shared Redis listens on ${String(port)}, not on ${text}`, at: value.at() };
  }
}

/** Whether a host means a service of the cluster: a Redis elsewhere is none of our business. */
function isInside(host: string, redis: LintRelease): boolean {
  const [, namespace] = host.split(".");
  return namespace === redis.namespace || host.startsWith(`${masterName(redis)}.`);
}

function masterName(redis: LintRelease): string {
  const override = valueAt(redis.values, ["fullnameOverride"]);
  return `${typeof override === "string" && override ? override : fullname(redis.release ?? "redis", "redis")}-master`;
}
