import type { Entry, Rule } from "../../model.ts";

const VARIABLE = "CLEARML_K8S_GLUE_MONITOR_ALL_NAMESPACES";

export const clusterWideAgent: Rule = {
  id: "L110",
  slug: "cluster-wide-agent",
  severity: "warning",
  about: "An agent has rights in all namespaces of a cluster that several tenants share.",
  why: "`serviceAccountClusterAccess` gives the agent a ClusterRole, and `CLEARML_K8S_GLUE_MONITOR_ALL_NAMESPACES` makes it look after the pods of every namespace. Whoever controls a task of one tenant can then read the secrets and stop the pods of the others. Leave both off where tenants share a cluster.",
  components: ["agent"],
  *check({ entries, variables, environment }) {
    if ((environment?.tenants.length ?? 0) < 2) return;
    const account = entries.filter(
      ({ path, value }) => value === true && path.join(".") === "agentk8sglue.serviceAccountClusterAccess",
    );
    const monitors = variables.flatMap(({ name, value }) =>
      name === VARIABLE && value && /^(1|true|yes)$/i.test(String(value.value)) ? [value] : [],
    );
    for (const { path, at } of [...account, ...monitors] satisfies Entry[]) {
      yield {
        message: `${path.at(-1) === "value" ? `\`${VARIABLE}\`` : "`serviceAccountClusterAccess`"} gives the agent the namespaces of all tenants`,
        hint: "remove it",
        at: at(),
      };
    }
  },
};
