import { policiesByNamespace } from "../../facts/network-policies.ts";
import type { Rule } from "../../model.ts";

const SHARED: readonly string[] = ["redis", "billing", "control-plane"];

export const npMissingConsumers: Rule = {
  id: "L120",
  slug: "np-missing-consumers",
  severity: "warning",
  about:
    "Tenants are isolated but a shared service has no policy: every pod of the cluster may connect to it.",
  why: "A policy protects the pods it selects and no others. Where only the tenants' namespaces have policies, the server, the shared Redis and the billing services take connections from anywhere in the cluster. Add `network-isolation` to the components of the cluster, which makes policies for them, or write policies for their namespaces.",
  *checkEnvironment(_environment, releases) {
    const isolations = releases.filter(({ id }) => id === "network-isolation");
    const [isolated] = isolations;
    if (!isolated || isolations.some(({ tenant }) => tenant === undefined)) return;
    const covered = policiesByNamespace(releases);
    for (const release of releases) {
      if (release.tenant !== undefined || !SHARED.includes(release.id)) continue;
      if (covered.has(release.namespace ?? "")) continue;
      yield {
        message: `tenants are isolated, but no policy protects \`${release.id}\`: every pod of the cluster may connect`,
        hint: "add `network-isolation` to the components of clearml.yaml",
        at: release.at,
        related: [{ at: isolated.at, message: "isolation of a tenant" }],
      };
    }
  },
};
