import type { Environment } from "../environment/model.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import type { ServerRemoval } from "../tenant/offboard.ts";
import { releaseClaims, tenantBelongings } from "./belongings.ts";
import { type FoundObject, namespaceContents } from "./contents.ts";
import { type ServedKinds, servedKinds } from "./kinds.ts";
import { findPlace, type TenantPlace } from "./place.ts";
import { readTenantReleases, type TenantRelease } from "./releases.ts";
import { type TenantVolume, tenantVolumes } from "./volumes.ts";

/** Everything that a tenant has in the cluster. */
export interface TenantInCluster {
  place: TenantPlace;
  served: ServedKinds;
  /** In the order in which they go. */
  releases: readonly TenantRelease[];
  /** Made here and not by a chart: policies, quota, secrets. */
  belongings: readonly FoundObject[];
  /** What else is in the namespaces that go, made by tasks or by hand. */
  others: readonly FoundObject[];
  volumes: readonly TenantVolume[];
  unread: readonly string[];
}

/**
 * Looks at everything a tenant has in the cluster. Reads only.
 * @throws UserError when a namespace, or a release in it, is not the tenant's
 */
export async function lookAtCluster(
  kubernetes: Kubernetes,
  environment: Environment,
  name: string,
): Promise<TenantInCluster> {
  const [place, served] = await Promise.all([
    findPlace(kubernetes, environment, name),
    servedKinds(kubernetes),
  ]);
  const going = place.namespaces.filter(({ stays }) => !stays);
  const [releases, belongings, ...contents] = await Promise.all([
    readTenantReleases(kubernetes, environment, place),
    tenantBelongings(kubernetes, served, place),
    ...going.map((each) => namespaceContents(kubernetes, served, each.name)),
  ]);
  const claims = await claimsThatStay(kubernetes, place, releases, belongings.objects);
  const known = new Set(belongings.objects.map(({ metadata }) => metadata.uid));
  return {
    ...{ place, served, releases },
    belongings: belongings.objects,
    others: contents.flatMap(({ objects }) => objects.filter((each) => isOther(each, known, releases))),
    volumes: await tenantVolumes(kubernetes, place, claims),
    unread: [...new Set([belongings, ...contents].flatMap(({ unread }) => unread))],
  };
}

/** Claims of the tenant in namespaces that stay, as `namespace/name`. */
async function claimsThatStay(
  kubernetes: Kubernetes,
  { namespaces }: TenantPlace,
  releases: readonly TenantRelease[],
  belongings: readonly FoundObject[],
): Promise<string[]> {
  const staying = new Set(namespaces.flatMap(({ name, stays }) => (stays ? [name] : [])));
  const ofReleases = releases
    .filter(({ record }) => staying.has(record.namespace))
    .map(async (each) =>
      (await releaseClaims(kubernetes, each)).map((name) => `${each.record.namespace}/${name}`),
    );
  const labelled = belongings
    .filter(({ kind }) => kind === "PersistentVolumeClaim")
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  return [...labelled, ...(await Promise.all(ofReleases)).flat()];
}

const RELEASE_NAME = "meta.helm.sh/release-name";

/** Neither a release's, nor ours, nor made out of something that is. */
function isOther(
  { metadata }: FoundObject,
  known: ReadonlySet<string | undefined>,
  releases: readonly TenantRelease[],
): boolean {
  const { uid, annotations = {}, labels = {} } = metadata;
  const { ownerReferences = [] } = metadata as { ownerReferences?: unknown[] };
  const ofRelease = releases.some(
    ({ record }) => record.namespace === metadata.namespace && record.release === annotations[RELEASE_NAME],
  );
  return !known.has(uid) && !ofRelease && labels.owner !== "helm" && ownerReferences.length === 0;
}

/** Whether the cluster holds nothing of the tenant any more. */
export function isGoneFromCluster({ place, releases, belongings, volumes }: TenantInCluster): boolean {
  const namespaces = place.namespaces.filter(({ stays, labelled }) => !stays || labelled);
  return [namespaces, releases, belongings, volumes].every((each) => each.length === 0);
}

/** Whether there is nothing on the server that its API could remove, as far as it tells. */
export function isGoneFromServer(server: ServerRemoval | undefined): boolean {
  if (!server) return true;
  const { users, queues, domains = [], whitelist } = server;
  return [users, queues, domains, whitelist].every((each) => each.length === 0);
}
