import semver from "semver";
import { OLD_REDIS_KEYS } from "../../../catalogue/redis.ts";
import { ownEntry, valueAt } from "../../../overrides/values.ts";
import { pathInFile } from "../../facts/entry-text.ts";
import type { Entry, Hit, LintRelease, Rule } from "../../model.ts";

export const redisGeneration: Rule = {
  id: "L154",
  slug: "redis-generation",
  severity: "error",
  about:
    "Redis has no writable service `redis-master`, or keys of the chart before 14.0.0, which it ignores.",
  why: "The agents of all tenants write to the service `<release>-master`. With Sentinel on, Bitnami's chart has no such service: clients reach any of the nodes, and most of them are read-only. Chart 14.0.0 renamed the keys, so a top-level `password` is ignored and a random one is made, which no agent knows. Write the keys of the finding, and leave Sentinel off.",
  components: ["redis"],
  fixable: true,
  *check(release) {
    yield* sentinel(release);
    const version = semver.valid(release.version ?? "");
    const isOld = version !== null && semver.lt(version, "14.0.0");
    for (const entry of release.entries) {
      if (entry.path.length !== 1) continue;
      const name = String(entry.path[0]);
      const current = ownEntry(OLD_REDIS_KEYS, name);
      if (current !== undefined && !isOld) yield oldKey(entry, current);
      if (isOld && name === "auth") yield tooNew(entry, version);
    }
  },
};

function* sentinel(release: LintRelease): Generator<Hit> {
  const { values } = release;
  if (valueAt(values, ["sentinel", "enabled"]) !== true || values.architecture === "standalone") return;
  yield {
    message: "with Sentinel there is no service `redis-master`, and clients reach read-only replicas",
    hint: "set `sentinel.enabled: false`",
    at: release.locate(["sentinel", "enabled"]),
  };
}

function oldKey(entry: Entry, current: string): Hit {
  const isEmpty = entry.value === "" || entry.value === null;
  return {
    message: `\`${entry.path.join(".")}\` is a key of Redis charts before 14.0.0, and is ignored`,
    hint: `write \`${current}\``,
    ...(isEmpty ? { severity: "warning" } : {}),
    at: entry.at("key"),
    ...(entry.path[0] === "slave"
      ? {
          fix: {
            description: "rename it to `replica`",
            changes: [{ source: entry.layer.source, kind: "rename", path: pathInFile(entry), to: "replica" }],
          },
        }
      : {}),
  };
}

function tooNew(entry: Entry, version: string): Hit {
  return {
    message: `\`auth\` is read from chart 14.0.0 on, and ${version} ignores it`,
    hint: "use a newer chart",
    at: entry.at("key"),
  };
}
