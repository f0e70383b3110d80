import type { ComponentUse, Tenant } from "../environment/model.ts";
import { manifestObjects } from "../kubernetes/manifest.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import {
  type NeighbourRelease,
  tenantPolicies as policiesOfTenant,
  sharedPolicies,
} from "../network-isolation/environment.ts";
import { ownPolicies, withOwnPolicies } from "../network-isolation/manifests.ts";
import { DEFAULT_INGRESS_NAMESPACE } from "../network-isolation/policies.ts";
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
  const made = sharedPolicies(neighbours, use.ingressNamespace ?? DEFAULT_INGRESS_NAMESPACE);
  return withOwnPolicies(made, ownPolicies(use, placeholdersFor(use, environment, secrets)));
}

/** Policies of a tenant's namespace. */
export async function tenantPolicies(
  cluster: ClusterSession,
  tenant: Tenant,
  use: ComponentUse,
  manifests: Manifests,
): Promise<KubernetesObject[]> {
  const { environment, secrets } = cluster;
  const shared = environment.components.find((each) => each.id === "network-isolation");
  const ingress = use.ingressNamespace ?? shared?.ingressNamespace ?? DEFAULT_INGRESS_NAMESPACE;
  const neighbours = await neighbourReleases(cluster, tenant.components, manifests);
  const made = policiesOfTenant(tenant.namespace, neighbours, ingress);
  return withOwnPolicies(made, ownPolicies(use, placeholdersFor(use, environment, secrets, tenant)));
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
