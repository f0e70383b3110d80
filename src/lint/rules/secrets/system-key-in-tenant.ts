import { type SecretUse, secretUses } from "../../facts/secret-uses.ts";
import { isTenantCredential } from "../../facts/tenant-credentials.ts";
import type { LintRelease, Rule } from "../../model.ts";

export const systemKeyInTenant: Rule = {
  id: "L59",
  slug: "system-key-in-tenant",
  severity: "error",
  about: "An agent or gateway of a tenant logs in with credentials of the server itself.",
  why: "The server's own credentials and those of its supervisor may act as any user of any company. They lie in the tenant's namespace then, readable by every task that can read its Secrets. Leave the keys out: the deployment makes credentials of the tenant's administrator and fills them in.",
  components: ["control-plane", "agent", "app-gateway", "task-traffic-router"],
  *checkAll(releases) {
    const system = new Map(
      releases.filter(({ id }) => id === "control-plane").flatMap((release) => systemCredentials(release)),
    );
    if (system.size === 0) return;
    for (const release of releases) {
      if (release.tenant === undefined) continue;
      for (const use of secretUses(release)) {
        const server = isTenantCredential(use.name) ? system.get(use.identity) : undefined;
        if (!server) continue;
        yield {
          message: `\`${use.name}\` is the server's own \`${server.name}\``,
          hint: "delete the key: the deployment fills in credentials of the tenant",
          at: use.entry.at(),
          related: [{ at: server.entry.at(), message: "the server's credentials" }],
        };
      }
    }
  },
};

/** Keys and secrets of the users the server makes for itself, by what they are. */
function systemCredentials(release: LintRelease): [string, SecretUse][] {
  return secretUses(release)
    .filter(({ name }) => /^clearml\.|secure__credentials__/i.test(name))
    .map((use) => [use.identity, use]);
}
