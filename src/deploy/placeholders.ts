import type { Context } from "../core/context.ts";
import type { ComponentUse, Environment, Tenant } from "../environment/model.ts";
import { BUILT_IN_NAMES, type LATE_NAMES, type Placeholders } from "../overrides/placeholders.ts";

/** Values that only a running deployment knows: credentials made for a tenant, secrets read from the cluster. */
export type LateValues = Partial<Record<(typeof LATE_NAMES)[number], string>>;

/** Stand-ins for what onboarding will make, so that charts can be planned before it; they refuse empty texts. */
export const NOT_YET = {
  COMPANY_ID: "00000000000000000000000000000000",
  TENANT_ACCESS_KEY: "KNOWN-ONCE-ONBOARDED",
  TENANT_SECRET_KEY: "KNOWN-ONCE-ONBOARDED",
} as const;

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
