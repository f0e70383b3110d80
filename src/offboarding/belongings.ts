import type { Kubernetes } from "../kubernetes/api.ts";
import { manifestObjects } from "../kubernetes/manifest.ts";
import { isManaged, tenantLabels } from "../kubernetes/namespaces.ts";
import { type KubernetesObject, resourcePath } from "../kubernetes/objects.ts";
import { FIELD_MANAGER } from "../kubernetes/operations.ts";
import { type Found, type FoundObject, findObjects } from "./contents.ts";
import type { ServedKinds } from "./kinds.ts";
import { foreignOwner, type TenantPlace, tenantLabel } from "./place.ts";
import type { TenantRelease } from "./releases.ts";

/** What goes early, then everything else, then what the pods have logged in with. */
const ORDER = ["NetworkPolicy", "ResourceQuota", "", "Secret"];

/**
 * What was made for the tenant without Helm: everything with its label but namespaces and volumes, and the network
 * policies written here. In the order in which it goes.
 */
export async function tenantBelongings(
  kubernetes: Pick<Kubernetes, "listMetadata">,
  served: ServedKinds,
  place: TenantPlace,
): Promise<Found> {
  const closed = place.namespaces.filter(({ labelled, shared }) => labelled && !shared);
  const policies = closed.map(async ({ name }) => {
    const kinds = served.kinds.filter(({ kind }) => kind === "NetworkPolicy");
    const { objects } = await findObjects(kubernetes, { kinds, unread: [] }, { namespace: name });
    return objects.filter(isWrittenHere);
  });
  const [labelled, ...written] = await Promise.all([
    findObjects(kubernetes, served, { labels: tenantLabel(place.name) }),
    ...policies,
  ]);
  const own = labelled.objects.filter(
    ({ kind, metadata }) => !ELSEWHERE.includes(kind) && !foreignOwner(metadata, place),
  );
  const byPlace = new Map([...own, ...written.flat()].map((each) => [keyOf(each), each]));
  const objects = [...byPlace.values()].toSorted((a, b) => rank(a) - rank(b));
  return { objects, unread: labelled.unread };
}

/** Namespaces and volumes have a course of their own. */
const ELSEWHERE = ["Namespace", "PersistentVolume"];

function rank({ kind }: FoundObject): number {
  const found = ORDER.indexOf(kind);
  return found < 0 ? ORDER.indexOf("") : found;
}

function keyOf({ kind, metadata }: FoundObject): string {
  return `${kind}/${metadata.namespace}/${metadata.name}`;
}

/** A user's own policies have no label of ours, but their manager tells. */
function isWrittenHere({ metadata }: FoundObject): boolean {
  const { managedFields = [] } = metadata as { managedFields?: { manager?: string; operation?: string }[] };
  const applied = managedFields.some(
    ({ manager, operation }) => manager === FIELD_MANAGER && operation === "Apply",
  );
  return isManaged({ metadata }) || applied;
}

/** The claims that a release's stateful sets have made: Helm leaves them where they are. */
export async function releaseClaims(
  kubernetes: Pick<Kubernetes, "listMetadata">,
  { record: { namespace, manifest } }: TenantRelease,
): Promise<string[]> {
  const patterns = manifestObjects(manifest).flatMap(claimPatterns);
  if (patterns.length === 0) return [];
  const claims = await kubernetes.listMetadata(resourcePath("v1", "PersistentVolumeClaim", namespace));
  return claims
    .map(({ metadata }) => metadata.name)
    .filter((name) => patterns.some((pattern) => pattern.test(name)));
}

/** Names of claims: template, set, number. */
function claimPatterns({ kind, metadata, spec }: KubernetesObject): RegExp[] {
  if (kind !== "StatefulSet") return [];
  const { volumeClaimTemplates = [] } = (spec ?? {}) as {
    volumeClaimTemplates?: { metadata?: { name?: string } }[];
  };
  return volumeClaimTemplates.map((each) => new RegExp(`^${each.metadata?.name}-${metadata.name}-\\d+$`));
}

/** Marks a claim as the tenant's, so that any later run finds it when the release is gone. */
export async function labelClaim(
  kubernetes: Pick<Kubernetes, "apply">,
  { environment, name: tenant }: TenantPlace,
  namespace: string,
  name: string,
): Promise<void> {
  const metadata = { name, namespace, labels: tenantLabels({ environment, tenant }) };
  await kubernetes.apply({ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata });
}
