import { policiesOf } from "../../facts/network-policies.ts";
import type { Rule } from "../../model.ts";

export const npNamespaceMissing: Rule = {
  id: "L117",
  slug: "np-namespace-missing",
  severity: "warning",
  about: "A NetworkPolicy in a file names no namespace, and lands wherever the current context points.",
  why: "A default deny without `metadata.namespace` closes the namespace that `kubectl` happens to use: often `default`, at worst that of another tenant, while the one it was meant for stays open. Write the namespace into the file.",
  components: ["network-isolation"],
  *check(release) {
    for (const { writtenNamespace, name, locate } of policiesOf(release)) {
      if (writtenNamespace !== undefined) continue;
      yield {
        message: `policy \`${name}\` names no namespace, and lands in that of the current context`,
        hint: "write `namespace:` below `metadata:`",
        at: locate(["metadata"], "key"),
      };
    }
  },
};
