import { selectTenants } from "../deploy/tenant/select.ts";
import type { ComponentUse, Environment, Tenant } from "../environment/model.ts";

/** What a scan looks at. */
export interface DriftScope {
  /** Enabled components: those of the cluster, then those of the tenants. */
  uses: readonly ComponentUse[];
  tenants: readonly Tenant[];
  /** Whether that is all there is. */
  whole: boolean;
}

/** In the place of names: no tenant at all. */
const NONE = "none";

/**
 * The components of the cluster and of the tenants that the `tenants` input names.
 * @param names of tenants; `*` for all, `none` for the cluster alone
 * @throws UserError for names that the environment does not have
 */
export function driftScope(environment: Environment, names: readonly string[]): DriftScope {
  const tenants = tenantsOf(environment, names);
  const uses = [environment.components, ...tenants.map(({ components }) => components)].flat();
  return {
    uses: uses.filter(({ enabled }) => enabled),
    tenants,
    whole: tenants.length === environment.tenants.length,
  };
}

function tenantsOf(environment: Environment, names: readonly string[]): readonly Tenant[] {
  if (names.length === 1 && names[0] === NONE) return [];
  // An environment without tenants is whole without them.
  if (names.includes("*")) return environment.tenants;
  return selectTenants(environment, names, "tenants");
}
