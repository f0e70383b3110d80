import type { Kubernetes } from "../kubernetes/api.ts";
import { TENANT_LABEL, tenantLabels } from "../kubernetes/namespaces.ts";
import { type KubernetesObject, resourcePath } from "../kubernetes/objects.ts";
import { foreignOwner, type TenantPlace } from "./place.ts";

/** A volume that is, or was, bound to a claim of the tenant. */
export interface TenantVolume {
  name: string;
  /** `acme/data` */
  claim: string;
  /** What becomes of it with its claim: `Delete` takes the data too, `Retain` leaves both. */
  policy: string;
  /** Its claim is gone. */
  released: boolean;
  /** Where the data is, beyond Kubernetes. */
  storage: string;
  labelled: boolean;
}

interface VolumeSpec {
  claimRef?: { namespace?: string; name?: string };
  persistentVolumeReclaimPolicy?: string;
  csi?: { driver?: string; volumeHandle?: string };
  [source: string]: unknown;
}

/**
 * The volumes of a tenant: those with its label, and those that are bound in namespaces that go with it.
 * @param claims of the tenant in namespaces that stay, as `namespace/name`
 */
export async function tenantVolumes(
  kubernetes: Pick<Kubernetes, "list">,
  place: TenantPlace,
  claims: readonly string[] = [],
): Promise<TenantVolume[]> {
  const going = new Set(place.namespaces.flatMap(({ name, stays }) => (stays ? [] : [name])));
  const volumes = await kubernetes.list(resourcePath("v1", "PersistentVolume"));
  return volumes
    .filter(({ metadata }) => !foreignOwner(metadata, place))
    .map(volumeOf)
    .filter(
      ({ claim, labelled }) => labelled || claims.includes(claim) || going.has(claim.split("/")[0] ?? ""),
    );
}

/** Marks a volume as the tenant's: once the claim's namespace is gone, nothing else tells whose it was. */
export async function labelVolume(
  kubernetes: Pick<Kubernetes, "apply">,
  { environment, name: tenant }: TenantPlace,
  { name }: TenantVolume,
): Promise<void> {
  const metadata = { name, labels: tenantLabels({ environment, tenant }) };
  await kubernetes.apply({ apiVersion: "v1", kind: "PersistentVolume", metadata });
}

/** What is left of a volume's data once the volume is gone; undefined where its storage deletes it. */
export function keptData({ name, claim, policy, storage }: TenantVolume): string | undefined {
  if (policy === "Delete") return undefined;
  return `the data of volume ${name} (claim ${claim}, policy ${policy}) stays in its storage: ${storage}`;
}

function volumeOf({ metadata, spec: unread, status }: KubernetesObject): TenantVolume {
  const spec = (unread ?? {}) as VolumeSpec;
  const { phase } = (status ?? {}) as { phase?: string };
  return {
    name: metadata.name,
    claim: spec.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : "",
    policy: spec.persistentVolumeReclaimPolicy ?? "Retain",
    released: phase === "Released" || phase === "Failed",
    storage: storageOf(spec),
    labelled: metadata.labels?.[TENANT_LABEL] !== undefined,
  };
}

/** Fields of a source that say where, not how to log in there. */
const PLACES = ["server", "path", "volumeID", "pdName", "diskURI", "image", "pool", "iqn", "targetPortal"];

function storageOf(spec: VolumeSpec): string {
  if (spec.csi) return `driver ${spec.csi.driver}, volume ${spec.csi.volumeHandle}`;
  for (const [type, source] of Object.entries(spec)) {
    if (typeof source !== "object" || source === null || Array.isArray(source)) continue;
    const told = PLACES.flatMap((field) => {
      const value = (source as Record<string, unknown>)[field];
      return typeof value === "string" ? [`${field} ${value}`] : [];
    });
    if (told.length > 0) return [type, ...told].join(", ");
  }
  return "as `kubectl get pv -o yaml` said";
}
