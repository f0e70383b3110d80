import { UserError } from "../../core/errors.ts";
import type { Environment, Tenant } from "../../environment/model.ts";
import { nearestHint } from "../../yaml/nearest.ts";

/** Stands for every tenant of the environment. */
const ALL = "*";

/**
 * The tenants that an input names, in its order, each once.
 * @param input its name, for messages
 * @throws UserError for names that the environment does not have
 */
export function selectTenants(
  { tenants, file }: Environment,
  names: readonly string[],
  input = "tenant",
): Tenant[] {
  if (names.length === 0) {
    throw new UserError({
      message: `input \`${input}\` is empty`,
      hint: "name a tenant, several one per line, or `*` for all",
    });
  }
  if (names.includes(ALL)) {
    if (tenants.length > 0) return [...tenants];
    throw new UserError({
      message: `input \`${input}\`: ${file} has no tenants`,
      hint: "set `tenants` in it to a pattern for their files, such as tenants/*.yaml",
    });
  }
  const byName = new Map(tenants.map((tenant) => [tenant.name, tenant]));
  const unknown = [...new Set(names)].filter((name) => !byName.has(name));
  if (unknown.length > 0) {
    throw new UserError(
      unknown.map((name) => ({
        message: `input \`${input}\`: ${file} has no tenant \`${name}\``,
        hint: nearestHint(name, [...byName.keys()]),
      })),
    );
  }
  return [...new Set(names)].flatMap((name) => byName.get(name) ?? []);
}
