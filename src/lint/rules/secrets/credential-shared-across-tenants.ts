import { type SecretUse, secretUses } from "../../facts/secret-uses.ts";
import { isTenantCredential } from "../../facts/tenant-credentials.ts";
import type { Rule } from "../../model.ts";

export const credentialSharedAcrossTenants: Rule = {
  id: "L58",
  slug: "credential-shared-across-tenants",
  severity: "error",
  about:
    "Two tenants use the same credentials of the ClearML API, so the work of one lands in the other's company.",
  why: "Credentials belong to one user of one company. An agent with another tenant's credentials takes that tenant's tasks and sees its data. Leave the keys out of the override file: the deployment makes credentials for each tenant and fills them in.",
  components: ["agent", "app-gateway", "task-traffic-router"],
  *checkAll(releases) {
    const first = new Map<string, SecretUse & { tenant: string }>();
    for (const release of releases) {
      if (release.tenant === undefined) continue;
      for (const use of secretUses(release)) {
        const { entry, name, identity } = use;
        if (!isTenantCredential(name)) continue;
        const earlier = first.get(identity);
        if (!earlier) first.set(identity, { ...use, tenant: release.tenant });
        else if (earlier.tenant !== release.tenant) {
          yield {
            message: `tenant \`${release.tenant}\` uses the credentials of tenant \`${earlier.tenant}\``,
            hint: "delete the key: the deployment makes credentials for each tenant",
            at: entry.at(),
            related: [{ at: earlier.entry.at(), message: `used by tenant \`${earlier.tenant}\`` }],
          };
        }
      }
    }
  },
};
