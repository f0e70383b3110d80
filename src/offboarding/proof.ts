import type { Environment } from "../environment/model.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import { readNamespace } from "../kubernetes/namespaces.ts";
import { type FoundObject, finalizersOf, findObjects, nameOf } from "./contents.ts";
import type { ServedKinds } from "./kinds.ts";
import { foreignOwner, type TenantPlace, tenantLabel } from "./place.ts";
import { readTenantReleases } from "./releases.ts";
import { tenantVolumes } from "./volumes.ts";

/** What a look at the cluster has shown, in words. */
export interface Proof {
  /** Empty when nothing of the tenant is there any more. */
  left: readonly string[];
  /** Kinds that could not be looked at. */
  unread: readonly string[];
}

/** Where Helm notes whose an object is, also on those that a chart tells it to keep. */
const RELEASE_NAMESPACE = "meta.helm.sh/release-namespace";

/**
 * What is left of a tenant in the cluster: objects with its label, namespaces, volumes, release records, and
 * cluster-wide objects of releases that were in its namespaces. Reads only.
 */
export async function leftInCluster(
  kubernetes: Kubernetes,
  environment: Environment,
  served: ServedKinds,
  place: TenantPlace,
): Promise<Proof> {
  const going = goingNamespaces(place);
  const staying = { ...place, namespaces: place.namespaces.filter(({ stays }) => stays) };
  const clusterWide = { ...served, kinds: served.kinds.filter(({ namespaced }) => !namespaced) };
  const [labelled, wide, namespaces, releases, volumes] = await Promise.all([
    findObjects(kubernetes, served, { labels: tenantLabel(place.name) }),
    going.length > 0 ? findObjects(kubernetes, clusterWide) : { objects: [], unread: [] },
    Promise.all(going.map((name) => readNamespace(kubernetes, name))),
    readTenantReleases(kubernetes, environment, staying),
    tenantVolumes(kubernetes, place),
  ]);
  const ofReleases = wide.objects.filter(({ metadata }) =>
    going.includes(metadata.annotations?.[RELEASE_NAMESPACE] ?? ""),
  );
  const left = [
    ...labelled.objects.filter(({ metadata }) => !foreignOwner(metadata, place)).map(described),
    ...ofReleases.map(described),
    ...namespaces.flatMap((each) => (each ? [`Namespace ${each.metadata.name}`] : [])),
    ...releases.map(({ record }) => `release ${record.namespace}/${record.release} (${record.status})`),
    ...volumes.map(({ name, claim }) => `PersistentVolume ${name} of claim ${claim}`),
  ];
  return { left: withoutRepeats(left), unread: [...new Set([...labelled.unread, ...wide.unread])] };
}

/** Also the one of the tenant's file when it is gone already: something for the whole cluster may be left of it. */
function goingNamespaces({ file, namespaces }: TenantPlace): string[] {
  const going = namespaces.filter(({ stays }) => !stays).map(({ name }) => name);
  const isKnown = !file || namespaces.some(({ name }) => name === file.namespace);
  return isKnown ? going : [...going, file.namespace];
}

function described(object: FoundObject): string {
  const finalizers = finalizersOf(object);
  return finalizers.length === 0 ? nameOf(object) : `${nameOf(object)} (finalizer ${finalizers.join(", ")})`;
}

/** A volume with the label comes twice, once with its finalizers. */
function withoutRepeats(names: readonly string[]): string[] {
  const byStart = new Map(names.map((name) => [name.split(" ").slice(0, 2).join(" "), name]));
  return [...byStart.values()];
}
