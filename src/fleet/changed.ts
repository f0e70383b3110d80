import type { ComponentId } from "../catalogue/model.ts";
import type { Environment, Tenant } from "../environment/model.ts";
import { isChanged } from "../lint/scope/changed.ts";

/**
 * Components of the cluster that tenants take something from: cookie names, keys and queues of the control plane, the
 * password of Redis, and what the shared policies let through.
 */
const REACHING_TENANTS: readonly ComponentId[] = ["control-plane", "redis", "network-isolation"];

/**
 * Names of the tenants that a change reaches: one of their own files, overrides and charts, or something they share
 * with all others. In doubt a tenant counts: looking at one that has not changed costs next to nothing.
 * @param changed paths of files, relative to the working folder
 */
export function changedTenants(environment: Environment, changed: ReadonlySet<string>): ReadonlySet<string> {
  const { file, components, tenants } = environment;
  const shared = components.filter(({ id }) => REACHING_TENANTS.includes(id));
  const isShared = changed.has(file) || shared.some((use) => isChanged(use, changed));
  const reached = tenants.filter((tenant) => isShared || isReached(tenant, changed));
  return new Set(reached.map(({ name }) => name));
}

function isReached(tenant: Tenant, changed: ReadonlySet<string>): boolean {
  return changed.has(tenant.source.file) || tenant.components.some((use) => isChanged(use, changed));
}
