import type { UserError } from "../../core/errors.ts";
import type { ComponentUse } from "../../environment/model.ts";
import { isPending } from "../../helm/pending.ts";
import type { ReleaseRecord } from "../../helm/record.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { groupOf, type ManifestObject, manifestObject, mapAt, textAt } from "../../plan/manifest.ts";
import { manifestItems } from "../documents.ts";
import { userError } from "../reading.ts";
import { kindKey, type ServedKind } from "./kinds.ts";
import type { WantedObject } from "./model.ts";

/** An object of a manifest whose kind has not been looked up. */
export interface Draft {
  use: ComponentUse;
  record: ReleaseRecord;
  /** Its namespace is that of the release where it names none. */
  item: ManifestObject;
}

/** The manifests of the releases, taken apart. */
export interface Manifests {
  objects: readonly Draft[];
  hooks: readonly Draft[];
  /** Releases whose manifest is no valid YAML. */
  unreadable: readonly { use: ComponentUse; error: UserError }[];
}

/**
 * Whether the objects of a release are as its newest revision says, if nothing has drifted: of one that is pending or
 * uninstalled there is no telling.
 */
export function isInPlace(record: ReleaseRecord): boolean {
  return !isPending(record) && !record.status.startsWith("uninstall");
}

/** Takes the stored manifests apart. */
export function readManifests(records: ReadonlyMap<ComponentUse, ReleaseRecord>): Manifests {
  const objects: Draft[] = [];
  const hooks: Draft[] = [];
  const unreadable: { use: ComponentUse; error: UserError }[] = [];
  const read = (use: ComponentUse, record: ReleaseRecord, manifest: string) =>
    manifestItems({ manifest })
      // Which kinds stand in no namespace is asked later.
      .map((object): Draft => ({ use, record, item: manifestObject(object, record.namespace, () => false) }))
      // A name that the server makes up can be followed no further.
      .filter(({ item }) => item.name !== "");
  for (const [use, record] of records) {
    if (!isInPlace(record)) continue;
    try {
      objects.push(...read(use, record, record.manifest).filter(({ item }) => !isHook(item)));
      hooks.push(...read(use, record, record.hooks));
    } catch (thrown) {
      unreadable.push({ use, error: userError(thrown) });
    }
  }
  return { objects, hooks, unreadable };
}

function isHook({ object }: ManifestObject): boolean {
  return textAt(object, ["metadata", "annotations", "helm.sh/hook"]) !== undefined;
}

/**
 * The objects as Helm writes them. One that a manifest has twice is there as the later one says.
 * @param kinds what the cluster serves, by `kindKey`; objects of other kinds are left out
 */
export function wantedObjects(
  drafts: readonly Draft[],
  kinds: ReadonlyMap<string, ServedKind>,
): WantedObject[] {
  const wanted = new Map<string, WantedObject>();
  for (const draft of drafts) {
    const served = kinds.get(kindKey(draft.item));
    if (!served) continue;
    const object = wantedObject(draft, served);
    const { namespace, release } = draft.record;
    wanted.set(`${namespace}/${release} ${object.identity}`, object);
  }
  return [...wanted.values()];
}

function wantedObject({ use, record, item }: Draft, { namespaced }: ServedKind): WantedObject {
  const namespace = namespaced ? item.namespace : undefined;
  const { apiVersion, kind, name } = item;
  const metadata: KubernetesObject["metadata"] = {
    ...mapAt(item.object, ["metadata"]),
    name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: { ...textsAt(item, "labels"), "app.kubernetes.io/managed-by": "Helm" },
    annotations: {
      ...textsAt(item, "annotations"),
      "meta.helm.sh/release-name": record.release,
      "meta.helm.sh/release-namespace": record.namespace,
    },
  };
  return {
    use,
    record,
    identity: identityOf(apiVersion, kind, namespace, name),
    object: { ...item.object, apiVersion, kind, metadata },
  };
}

function textsAt({ object }: ManifestObject, field: string): Record<string, string> {
  return mapAt(object, ["metadata", field]) as Record<string, string>;
}

/** What tells an object from all others of the cluster, in whatever API version it is read. */
export function identityOf(
  apiVersion: string,
  kind: string,
  namespace: string | undefined,
  name: string,
): string {
  return [groupOf(apiVersion), kind, namespace ?? "", name].join("/");
}
