import type { Kubernetes } from "../../../kubernetes/api.ts";
import {
  hasLabels,
  isManaged,
  ownedMetadata,
  ownerLabels,
  type TenantOwner,
} from "../../../kubernetes/namespaces.ts";
import { type KubernetesObject, resourcePath } from "../../../kubernetes/objects.ts";
import { quantityOf } from "../../../kubernetes/quantities.ts";

export const QUOTA = "clearml-tenant";

export type Limits = Readonly<Record<string, string>>;

/** What is to be done about a tenant's quota; undefined when it is as wanted. */
export async function quotaChange(kubernetes: Kubernetes, owner: TenantOwner, wanted: Limits | undefined) {
  const path = resourcePath("v1", "ResourceQuota", owner.namespace, QUOTA);
  const found = await kubernetes.get(path);
  const action = quotaAction(owner, wanted, found);
  if (!action) return undefined;
  const what = `quota ${QUOTA}`;
  if (!wanted) return { action, what, make: () => kubernetes.remove(path) };
  const quota = quotaObject(owner, wanted, found);
  const make = async () => {
    if (!found) return (await kubernetes.apply(quota)) !== "unchanged";
    // In its place, not applied: limits that somebody has added by hand are to go.
    await kubernetes.replace(path, quota);
    return true;
  };
  return { action, what: `${what}: ${words(wanted)}`, make };
}

/** What a quota as it is needs to be as wanted; undefined when it is. */
export function quotaAction(
  owner: TenantOwner,
  wanted: Limits | undefined,
  found: KubernetesObject | undefined,
): "remove" | "create" | "change" | undefined {
  // One of this name that somebody made by hand is left alone.
  if (!wanted) return found && isManaged(found) ? "remove" : undefined;
  if (!found) return "create";
  return hasLabels(found, ownerLabels(owner)) && sameLimits(limitsOf(found), wanted) ? undefined : "change";
}

function quotaObject(
  owner: TenantOwner,
  hard: Limits,
  found: KubernetesObject | undefined,
): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: ownedMetadata(owner, QUOTA, found),
    spec: { hard },
  };
}

export function limitsOf({ spec }: KubernetesObject): Limits {
  return (spec as { hard?: Limits } | undefined)?.hard ?? {};
}

/** Whether two quotas limit the same; the server writes `0.5` as `500m`. */
function sameLimits(a: Limits, b: Limits): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => sameLimit(a[name], b[name]));
}

/** Whether two limits are one; that one of them is not given is a difference. */
export function sameLimit(a: string | undefined, b: string | undefined): boolean {
  const [one, other] = [quantityOf(a), quantityOf(b)];
  if (one === undefined || other === undefined) return a === b;
  return Math.abs(one - other) <= 1e-9 * Math.max(one, other);
}

function words(limits: Limits): string {
  return Object.entries(limits)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}
