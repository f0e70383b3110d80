import { isMap } from "../../../overrides/merge.ts";
import { findPlaceholders } from "../../../overrides/placeholders.ts";
import { valueAt } from "../../../overrides/values.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

/** A database of the chart, and where the address of another one stands. */
interface Database {
  name: string;
  /** Needed, each; of a list of names, one. */
  keys: readonly (readonly string[])[];
}

const DATABASES: readonly Database[] = [
  { name: "redis", keys: [["redisHost", "dragonflyHost"]] },
  { name: "dragonfly", keys: [["dragonflyHost", "redisHost"]] },
  { name: "mongodb", keys: [["mongodbConnectionStringAuth"], ["mongodbConnectionStringBackend"]] },
  { name: "elasticsearch", keys: [["elasticsearchConnectionString"]] },
];
const PLACEHOLDER = /\b(redis_hostname|dragonfly_hostname|mongodb_hostname(hostname)?|es_hostname\d*)\b/;

export const externalDbIncomplete: Rule = {
  id: "L54",
  slug: "external-db-incomplete",
  severity: "error",
  about:
    "A database of the chart is switched off, and the address of the one in its place is missing or no address.",
  why: "With `enabled: false` the chart does not install the database, and the API server uses what `externalServices` says. Its defaults there are names such as `mongodb_hostname` that exist nowhere, so the server waits for ever. Give the address: two URIs for MongoDB, a JSON list of hosts for Elasticsearch, host and port for Redis.",
  components: ["control-plane"],
  *check(release) {
    for (const database of DATABASES) {
      if (valueAt(release.values, [database.name, "enabled"]) !== false) continue;
      for (const keys of database.keys) {
        const key = keys.find((each) => isGiven(external(release, each)));
        if (key !== undefined) yield* wrongAddress(release, key);
        else if (isMissing(release, database)) yield missing(release, database.name, keys[0] ?? "");
      }
    }
  },
};

function external({ values }: LintRelease, key: string): unknown {
  return valueAt(values, ["externalServices", key]);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

/** A single file need not be complete; and MongoDB may have moved to its other chart, or be told elsewhere. */
function isMissing(release: LintRelease, { name, keys }: Database): boolean {
  const { environment, values } = release;
  if (!environment) return false;
  if (name !== "mongodb") return true;
  const isMoved = valueAt(values, ["mckMongodb", "enabled"]) === true;
  const isHalf = keys.flat().some((key) => isGiven(external(release, key)));
  return isHalf || (!isMoved && environment.edition === "community");
}

function missing(release: LintRelease, name: string, key: string): Hit {
  return {
    message: `\`${name}\` is off, and \`externalServices.${key}\` does not say what takes its place`,
    hint: `set \`externalServices.${key}\``,
    at: release.locate([name, "enabled"]),
  };
}

function* wrongAddress(release: LintRelease, key: string): Generator<Hit> {
  const value = external(release, key);
  if (typeof value !== "string" || findPlaceholders(value).length > 0) return;
  const at = release.locate(["externalServices", key]);
  const word = PLACEHOLDER.exec(value)?.[0];
  if (word !== undefined)
    yield {
      message: `\`${word}\` is the chart's own example, no host`,
      hint: "write the address of your database",
      at,
    };
  else if (key === "elasticsearchConnectionString" && !isHostList(value))
    yield {
      message: "the address of Elasticsearch is not a JSON list of hosts",
      hint: `write '[{"host": "es.example.com", "port": 9200}]'`,
      at,
    };
}

function isHostList(text: string): boolean {
  try {
    const hosts: unknown = JSON.parse(text);
    return Array.isArray(hosts) && hosts.length > 0 && hosts.every((each) => isMap(each) && "host" in each);
  } catch {
    return false;
  }
}
