import type { Location, Problem } from "../../../core/errors.ts";
import type { ComponentUse, Environment } from "../../../environment/model.ts";
import { problemOf } from "./problem.ts";

interface Inhabitant {
  words: string;
  at: Location;
}

/** Components of tenants that are put into the namespace of another tenant, or among the server's parts. */
export function* namespaceConflicts(
  { components, tenants }: Environment,
  names: ReadonlySet<string>,
): Generator<Problem> {
  const shared = new Map<string, Inhabitant>();
  for (const { enabled, definition, namespace, id, at } of components) {
    if (enabled && definition.scope === "cluster")
      shared.set(namespace, { words: `component \`${id}\``, at });
  }
  const homes = new Map(tenants.map((tenant) => [tenant.namespace, tenant]));
  const guests = new Map<string, ComponentUse>();
  for (const { name, namespace, components: uses } of tenants) {
    for (const use of uses) {
      if (!use.enabled || use.namespace === namespace) continue;
      const home = homes.get(use.namespace);
      const guest = guests.get(use.namespace);
      if (!guest) guests.set(use.namespace, use);
      const other = home
        ? { tenant: home.name, words: `tenant \`${home.name}\``, at: home.at }
        : guest && guest.tenant !== name
          ? { tenant: guest.tenant, words: `tenant \`${guest.tenant}\``, at: guest.at }
          : shared.get(use.namespace);
      const concerned = names.has(name) || (other && "tenant" in other && names.has(other.tenant ?? ""));
      if (other && concerned) yield conflict(name, use, other);
    }
  }
}

function conflict(tenant: string, use: ComponentUse, { words, at }: Inhabitant): Problem {
  return problemOf({
    message: `\`${use.id}\` of tenant \`${tenant}\` is put into namespace \`${use.namespace}\` of ${words}`,
    hint: "leave `namespace` out: a tenant's components belong into the tenant's namespace",
    at: use.source.locate([...use.path, "namespace"]),
    related: [{ at, message: words }],
  });
}
