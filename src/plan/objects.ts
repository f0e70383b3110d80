import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import type { Values } from "../overrides/values.ts";
import { objectDangers } from "./dangers/index.ts";
import type { ObjectChange } from "./dangers/model.ts";
import { objectDiff } from "./diff.ts";
import { changedImmutables } from "./immutable.ts";
import {
  documentsIn,
  type IsClusterWide,
  isKnownClusterWide,
  type ManifestObject,
  manifestObject,
  objectsIn,
  textAt,
} from "./manifest.ts";
import type { ObjectAction, PlannedObject, Tag } from "./model.ts";
import { onShapeOf } from "./projection.ts";
import { type Redactor, redactorOf } from "./redact.ts";

/** The manifests of a release, as Helm records and prints them. */
export interface ManifestChange {
  /** Empty for an installation. */
  before: string;
  /** Empty for an uninstallation. */
  after: string;
  hooksBefore?: string;
  hooksAfter?: string;
  /** Of the release, for objects that name none. */
  namespace: string;
}

export interface PlanOptions {
  /** Replaces the secrets that are known (see `makeRedactor`); without it only the data of Secrets is replaced. */
  redact?: Redactor;
  /** Scope of kinds that are not Kubernetes' own. */
  isClusterWide?: IsClusterWide;
}

/**
 * What becomes of the objects of a release: those that change in the order of the new manifest, then those that go,
 * then hooks. Compared as data; an object that Helm is told to keep (`helm.sh/resource-policy`) does not go.
 */
export function planObjects(change: ManifestChange, tag: Tag, options: PlanOptions = {}): PlannedObject[] {
  const readers = { namespace: change.namespace, isClusterWide: options.isClusterWide ?? isKnownClusterWide };
  const write = plannedObject(tag, options.redact ?? redactorOf([], tag));
  const objects = comparison(change.before, change.after, readers);
  const hooks = comparison(change.hooksBefore ?? "", change.hooksAfter ?? "", readers);
  return [
    ...objects.pairs
      .filter(({ before, after }) => after !== undefined || !isKept(before))
      .flatMap(changeOf)
      .map((each) => write({ ...each, release: objects.all })),
    // Helm makes a hook anew each time: nothing of it is immutable, and a dropped one only runs no more.
    ...hooks.pairs
      .flatMap((pair) => changeOf({ ...pair, isHook: true }))
      .map((each) => write({ ...each, release: objects.all }, true)),
  ];
}

/** Objects that leave the manifest and stay in the cluster, because their chart says so. */
export function keptObjects(change: ManifestChange, options: PlanOptions = {}): ManifestObject[] {
  const isClusterWide = options.isClusterWide ?? isKnownClusterWide;
  const { pairs } = comparison(change.before, change.after, { namespace: change.namespace, isClusterWide });
  return pairs.flatMap(({ before, after }) => (before && !after && isKept(before) ? [before] : []));
}

/**
 * What becomes of an object that is written without Helm. Only what is asked for is compared: what the cluster adds,
 * and what others added, is left alone. Undefined when it is as it should be.
 */
export function planManifest(
  live: KubernetesObject | undefined,
  wanted: KubernetesObject,
  { tag = hidden, redact = redactorOf([], tag) }: { tag?: Tag; redact?: Redactor } = {},
): PlannedObject | undefined {
  const after = manifestObject(wanted, "default");
  const present = live && manifestObject(live, "default");
  const before = present && { ...present, object: onShapeOf(after.object, present.object) as Values };
  const [change] = changeOf({ ...(before ? { before } : {}), after });
  if (!change) return undefined;
  const release = { before: () => (before ? [before] : []), after: () => [after] };
  return plannedObject(tag, redact)({ ...change, release });
}

/** Where no key is at hand, a secret is only called one. */
const hidden: Tag = () => "none";

interface Pair {
  before?: ManifestObject;
  after?: ManifestObject;
  isHook?: boolean;
}

interface Readers {
  namespace: string;
  isClusterWide: IsClusterWide;
}

/** Objects of two manifests by their identity, without documents that are the same text in both. */
function comparison(beforeText: string, afterText: string, { namespace, isClusterWide }: Readers) {
  const documents = { before: documentsIn(beforeText), after: documentsIn(afterText) };
  const [olds, news] = [new Set(documents.before), new Set(documents.after)];
  const read = new Map<string, ManifestObject[]>();
  const objectsOf = (document: string) => {
    const known = read.get(document) ?? objectsIn(document, namespace, isClusterWide);
    read.set(document, known);
    return known;
  };
  const byIdentity = (list: string[]) =>
    new Map(list.flatMap(objectsOf).map((object) => [object.identity, object]));
  const before = byIdentity(documents.before.filter((document) => !news.has(document)));
  const after = byIdentity(documents.after.filter((document) => !olds.has(document)));
  const pairs: Pair[] = [
    ...[...after].map(([identity, object]): Pair => {
      const old = before.get(identity);
      return { after: object, ...(old ? { before: old } : {}) };
    }),
    ...[...before.values()]
      .filter(({ identity }) => !after.has(identity))
      .map((object) => ({ before: object })),
  ];
  const all = {
    before: () => documents.before.flatMap(objectsOf),
    after: () => documents.after.flatMap(objectsOf),
  };
  return { pairs, all };
}

function isKept(object: ManifestObject | undefined): boolean {
  return textAt(object?.object, ["metadata", "annotations", "helm.sh/resource-policy"]) === "keep";
}

type Change = Omit<ObjectChange, "release">;

/** What happens to a pair; nothing when both are the same data. */
function changeOf({ before, after, isHook }: Pair): Change[] {
  const shown = after ?? before;
  if (!shown || (before && after && isDeepStrictEqual(before.object, after.object))) return [];
  const immutable = before && after && !isHook ? changedImmutables(before, after) : [];
  return [
    {
      action: actionOf(before, after, immutable),
      kind: shown.kind,
      ...(shown.namespace === undefined ? {} : { namespace: shown.namespace }),
      name: shown.name,
      ...(before ? { before } : {}),
      ...(after ? { after } : {}),
      immutable,
    },
  ];
}

function actionOf(
  before: ManifestObject | undefined,
  after: ManifestObject | undefined,
  immutable: readonly string[],
): ObjectAction {
  if (!after) return "delete";
  if (!before) return "create";
  return immutable.length > 0 ? "replace" : "change";
}

function plannedObject(tag: Tag, redact: Redactor) {
  return (change: ObjectChange, isHook = false): PlannedObject => ({
    apiVersion: (change.after ?? change.before)?.apiVersion ?? "",
    kind: change.kind,
    ...(change.namespace === undefined ? {} : { namespace: change.namespace }),
    name: change.name,
    action: change.action,
    ...(isHook ? { hook: true } : {}),
    dangers: objectDangers(change, isHook).map(({ message, hint, ...rest }) => ({
      ...rest,
      message: redact(message),
      ...(hint === undefined ? {} : { hint: redact(hint) }),
    })),
    diff: objectDiff(change.before?.object, change.after?.object, tag, redact),
  });
}
