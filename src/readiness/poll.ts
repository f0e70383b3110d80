import type { Kubernetes } from "../kubernetes/api.ts";
import { type KubernetesObject, resourcePath } from "../kubernetes/objects.ts";
import { type Collection, collectionsOf } from "./collections.ts";
import type { Awaited, LiveObject } from "./model.ts";
import { type Lack, lackOf } from "./rules.ts";
import { readable } from "./surroundings.ts";

/** An object of the release that is not ready. */
export interface Missing {
  kind: string;
  name: string;
  /** Empty for cluster-wide kinds. */
  namespace: string;
  /** Undefined when the cluster does not have it. */
  live?: LiveObject;
  lack: Lack;
}

/** How many objects are waited for, and which of them are not ready: one list per kind and namespace. */
export async function poll(
  kubernetes: Kubernetes,
  { objects, namespace }: Awaited,
): Promise<{ total: number; missing: Missing[] }> {
  const collections = collectionsOf(objects, namespace);
  const missing = await Promise.all(collections.map((each) => missingOf(kubernetes, each)));
  return {
    total: collections.reduce((sum, { wanted }) => sum + wanted.length, 0),
    missing: await withoutIdleClaims(kubernetes, missing.flat()),
  };
}

async function missingOf(kubernetes: Kubernetes, collection: Collection): Promise<Missing[]> {
  const { kind, namespace, path, wanted } = collection;
  const items = (await kubernetes.list(path)) as LiveObject[];
  const live = new Map(items.map((item) => [item.metadata.name, item]));
  return wanted.flatMap((object): Missing[] => {
    const { name } = object.metadata;
    const found = live.get(name);
    // The items of a list do not name their kind.
    const lack = found ? lackOf({ ...found, kind }) : absence(object);
    return lack ? [{ kind, name, namespace, ...(found ? { live: { ...found, kind } } : {}), lack }] : [];
  });
}

function absence(wanted: KubernetesObject): Lack | undefined {
  // A Job that cleans up after itself is gone once it has ended.
  const spec = wanted.spec as { ttlSecondsAfterFinished?: number } | undefined;
  if (wanted.kind === "Job" && spec?.ttlSecondsAfterFinished !== undefined) return undefined;
  const repair =
    "somebody has deleted it since the release was written; `helm get manifest` piped into `kubectl apply` brings it back";
  return { reason: "is not there", repair, lasting: "certain" };
}

/** A claim whose class waits for its first consumer stays unbound until a pod uses it: that is no fault. */
async function withoutIdleClaims(kubernetes: Kubernetes, missing: Missing[]): Promise<Missing[]> {
  const claims = missing.filter(({ kind, live }) => kind === "PersistentVolumeClaim" && live);
  if (claims.length === 0) return missing;
  const waiting = await waitingClasses(kubernetes);
  const suspects = claims.filter(({ live }) => {
    const { storageClassName } = (live?.spec ?? {}) as { storageClassName?: string };
    return waiting === undefined || waiting.has(storageClassName ?? "");
  });
  if (suspects.length === 0) return missing;
  const used = await claimsInUse(kubernetes, new Set(suspects.map(({ namespace }) => namespace)));
  const idle = new Set(suspects.filter(({ name, namespace }) => !used.has(`${namespace}/${name}`)));
  return missing.filter((each) => !idle.has(each));
}

/** Storage classes that wait for a consumer; undefined when they may not be read, so that any may be one. */
async function waitingClasses(kubernetes: Kubernetes): Promise<ReadonlySet<string> | undefined> {
  const classes = await readable(kubernetes.list(resourcePath("storage.k8s.io/v1", "StorageClass")));
  return (
    classes &&
    new Set(
      classes
        .filter((each) => each.volumeBindingMode === "WaitForFirstConsumer")
        .map(({ metadata }) => metadata.name),
    )
  );
}

/** `namespace/claim` of every claim that a pod names. */
async function claimsInUse(kubernetes: Kubernetes, namespaces: ReadonlySet<string>): Promise<Set<string>> {
  const used = await Promise.all(
    [...namespaces].map(async (namespace) => {
      const pods = (await readable(kubernetes.list(resourcePath("v1", "Pod", namespace)))) ?? [];
      return pods.flatMap((pod) => {
        const { volumes = [] } = (pod.spec ?? {}) as {
          volumes?: { persistentVolumeClaim?: { claimName: string } }[];
        };
        return volumes.flatMap(({ persistentVolumeClaim: claim }) =>
          claim ? [`${namespace}/${claim.claimName}`] : [],
        );
      });
    }),
  );
  return new Set(used.flat());
}
