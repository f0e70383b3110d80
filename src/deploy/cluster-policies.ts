import type { ComponentUse, Environment, Tenant } from "../environment/model.ts";
import { manifestObjects } from "../kubernetes/manifest.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import {
  type NeighbourRelease,
  tenantPolicies as policiesOfTenant,
  sharedPolicies,
} from "../network-isolation/environment.ts";
import { ownPolicies, withOwnPolicies } from "../network-isolation/manifests.ts";
import { DEFAULT_INGRESS_NAMESPACE } from "../network-isolation/policies.ts";
import type { Placeholders } from "../overrides/placeholders.ts";
import { placeholdersFor } from "./placeholders.ts";
import type { PlannedRelease } from "./plan-release.ts";
import { readRecords } from "./releases.ts";
import type { ClusterSession } from "./session.ts";

/** Releases of this run, each with the manifest it has or will have. */
export type Manifests = ReadonlyMap<PlannedRelease, string | readonly KubernetesObject[]>;

/** Policies of the shared namespaces, for the components that are part of the environment. */
export async function clusterPolicies(
  cluster: ClusterSession,
  use: ComponentUse,
  manifests: Manifests,
): Promise<KubernetesObject[]> {
  const { environment, secrets } = cluster;
  const neighbours = await neighbourReleases(cluster, environment.components, manifests);
  return policiesAround(environment, use, neighbours, placeholdersFor(use, environment, secrets));
}

/** Policies of a tenant's namespace. */
export async function tenantPolicies(
  cluster: ClusterSession,
  tenant: Tenant,
  use: ComponentUse,
  manifests: Manifests,
): Promise<KubernetesObject[]> {
  const { environment, secrets } = cluster;
  const neighbours = await neighbourReleases(cluster, tenant.components, manifests);
  const names = placeholdersFor(use, environment, secrets, tenant);
  return policiesAround(environment, use, neighbours, names, tenant);
}

/**
 * The policies of one place: those that are made for its releases, and the user's own.
 * @param neighbours its releases
 * @param tenant left out for the shared namespaces
 */
export function policiesAround(
  { components }: Pick<Environment, "components">,
  use: ComponentUse,
  neighbours: readonly NeighbourRelease[],
  names: Placeholders,
  tenant?: Tenant,
): KubernetesObject[] {
  const shared = tenant && components.find((each) => each.id === "network-isolation");
  const ingress = use.ingressNamespace ?? shared?.ingressNamespace ?? DEFAULT_INGRESS_NAMESPACE;
  const made = tenant
    ? policiesOfTenant(tenant.namespace, neighbours, ingress)
    : sharedPolicies(neighbours, ingress);
  return withOwnPolicies(made, ownPolicies(use, names));
}

/** The releases of a place: of this run as they will be, others as an earlier run has left them. */
async function neighbourReleases(
  cluster: ClusterSession,
  uses: readonly ComponentUse[],
  manifests: Manifests,
): Promise<NeighbourRelease[]> {
  const planned = [...manifests].map(([release, manifest]): NeighbourRelease => {
    const objects = typeof manifest === "string" ? manifestObjects(manifest) : manifest;
    return { use: release.use, chart: release.chartName, values: release.values, objects };
  });
  const inRun = new Set(planned.map(({ use }) => use));
  const others = uses.filter((use) => use.enabled && !inRun.has(use));
  const records = await readRecords(cluster, others);
  const deployed = [...records].map(([use, { chart, values, manifest }]): NeighbourRelease => {
    return { use, chart, values, objects: manifestObjects(manifest) };
  });
  return [...planned, ...deployed];
}
