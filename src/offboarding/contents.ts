import pLimit from "p-limit";
import type { Kubernetes } from "../kubernetes/api.ts";
import { apiPath, type KubernetesObject } from "../kubernetes/objects.ts";
import { type ServedKind, type ServedKinds, unlessRefused } from "./kinds.ts";

/** An object without its contents. */
export interface FoundObject extends ServedKind {
  metadata: KubernetesObject["metadata"];
}

export interface Found {
  objects: readonly FoundObject[];
  /** Plural names of kinds that could not be listed. */
  unread: readonly string[];
}

type Lister = Pick<Kubernetes, "listMetadata">;

/** Lists at a time; a cluster serves a hundred kinds and more. */
const PARALLEL = 8;

/**
 * The objects of kinds, by name only.
 * @param where namespace, or a label selector for the whole cluster
 */
export async function findObjects(
  kubernetes: Lister,
  { kinds, unread }: ServedKinds,
  where: { namespace?: string; labels?: string } = {},
): Promise<Found> {
  const slot = pLimit(PARALLEL);
  const query = where.labels ? `labelSelector=${encodeURIComponent(where.labels)}` : undefined;
  const lists = await Promise.all(
    kinds.map((kind) =>
      slot(async () => {
        const path = apiPath(kind.apiVersion, kind.resource, where.namespace);
        return { kind, found: await kubernetes.listMetadata(path, query).catch(unlessRefused) };
      }),
    ),
  );
  return {
    objects: lists.flatMap(({ kind, found = [] }) => found.map(({ metadata }) => ({ ...kind, metadata }))),
    unread: [...unread, ...lists.filter(({ found }) => !found).map(({ kind }) => kind.resource)],
  };
}

/** What is in a namespace beside what Kubernetes itself puts into each. */
export async function namespaceContents(
  kubernetes: Lister,
  served: ServedKinds,
  namespace: string,
): Promise<Found> {
  const kinds = served.kinds.filter(({ namespaced }) => namespaced);
  const found = await findObjects(kubernetes, { ...served, kinds }, { namespace });
  return { ...found, objects: found.objects.filter((object) => !isAutomatic(object)) };
}

/** Made by the cluster, for every namespace or out of something else. */
function isAutomatic({ kind, metadata }: FoundObject): boolean {
  return (
    (kind === "ConfigMap" && metadata.name === "kube-root-ca.crt") ||
    (kind === "ServiceAccount" && metadata.name === "default") ||
    ["Endpoints", "EndpointSlice", "ControllerRevision"].includes(kind)
  );
}

/** `Pod acme/worker-0` */
export function nameOf({ kind, metadata }: Pick<FoundObject, "kind" | "metadata">): string {
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ""}${metadata.name}`;
}

/** API path of an object that was found. */
export function pathOf({ apiVersion, resource, metadata }: FoundObject): string {
  return apiPath(apiVersion, resource, metadata.namespace, metadata.name);
}

interface Finalized {
  finalizers?: string[];
  managedFields?: { manager?: string; fieldsV1?: { "f:metadata"?: { "f:finalizers"?: object } } }[];
}

/** What keeps an object, and who has put it there, as far as its fields tell. */
export function finalizersOf({ metadata }: Pick<FoundObject, "metadata">): string[] {
  const { finalizers = [], managedFields = [] } = metadata as Finalized;
  return finalizers.map((finalizer) => {
    const holder = managedFields.find(({ fieldsV1 }) => {
      return `v:${JSON.stringify(finalizer)}` in (fieldsV1?.["f:metadata"]?.["f:finalizers"] ?? {});
    });
    return holder?.manager ? `${finalizer} (set by ${holder.manager})` : finalizer;
  });
}
