import type { Context } from "../core/context.ts";
import type { ComponentUse, Environment, Tenant } from "../environment/model.ts";
import { BUILT_IN_NAMES, LATE_NAMES, type Placeholders } from "../overrides/placeholders.ts";

/** Values that only a running deployment knows: credentials made for a tenant, secrets read from the cluster. */
export type LateValues = Partial<Record<(typeof LATE_NAMES)[number], string>>;

/** Stand-ins that let values be checked before the tenant exists. */
export const NOT_YET: LateValues = Object.fromEntries(LATE_NAMES.map((name) => [name, ""]));

/** Values of the declared secrets that the step was given, each masked. */
export function readSecrets(environment: Environment, context: Context): Map<string, string> {
  const values = new Map<string, string>();
  for (const name of environment.secrets) {
    const value = context.env[name];
    if (!value) continue;
    context.secrets.mask(value);
    values.set(name, value);
  }
  return values;
}

/** What `${NAME}` means in the overrides of one component. */
export function placeholdersFor(
  use: ComponentUse,
  environment: Environment,
  secrets: ReadonlyMap<string, string>,
  tenant?: Tenant,
  late: LateValues = {},
): Placeholders {
  const builtIn: Record<string, string | undefined> = {
    BASE_DOMAIN: environment.baseDomain,
    NAMESPACE: use.namespace,
    RELEASE: use.release,
    TENANT: tenant?.name,
    ...late,
  };
  return {
    lookup: (name) => builtIn[name] ?? environment.variables[name] ?? secrets.get(name),
    known: [...BUILT_IN_NAMES, ...Object.keys(environment.variables), ...environment.secrets],
  };
}
