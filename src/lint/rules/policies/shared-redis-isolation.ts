import type { Entry, LintRelease, Rule } from "../../model.ts";

const HOST = "CLEARML_AGENT_REDIS_HOST";
const DATABASE = "CLEARML_AGENT_REDIS_DB";
/** Places shown at most. */
const SHOWN = 3;

interface Use {
  tenant: string;
  host: Entry;
}

export const sharedRedisIsolation: Rule = {
  id: "L122",
  slug: "shared-redis-isolation",
  severity: "info",
  about:
    "Agents of several tenants share one database of one Redis: each can read what the others keep there.",
  why: "The guides give every tenant the same password and database 0 of the shared Redis. An agent of one tenant can then read and change the data of another. Give each tenant a database of its own with `CLEARML_AGENT_REDIS_DB`, better a user or an instance of its own.",
  *checkAll(releases) {
    const uses = Map.groupBy(releases.flatMap(useOf), ({ place }) => place);
    for (const [place, sharing] of uses) {
      const tenants = new Set(sharing.map(({ tenant }) => tenant));
      const [first, ...others] = sharing;
      if (!first || tenants.size < 2) continue;
      yield {
        message: `${tenants.size} tenants share database ${place.split(" ")[1]} of Redis \`${place.split(" ")[0]}\``,
        hint: `give each a \`${DATABASE}\` of its own, or an instance`,
        at: first.host.at(),
        related: others
          .slice(0, SHOWN)
          .map(({ tenant, host }) => ({ at: host.at(), message: `tenant \`${tenant}\`` })),
      };
    }
  },
};

function useOf(release: LintRelease): (Use & { place: string })[] {
  const { id, tenant, variables } = release;
  if (id !== "agent" || tenant === undefined) return [];
  const value = (name: string) => variables.findLast((variable) => variable.name === name)?.value;
  const host = value(HOST);
  const database = value(DATABASE);
  if (!host?.text || host.leftover || (database && database.text === undefined)) return [];
  return [{ tenant, host, place: `${host.text} ${database?.text ?? "0"}` }];
}
