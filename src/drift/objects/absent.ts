import { readNamespace } from "../../kubernetes/namespaces.ts";
import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import { valueAt } from "../../overrides/values.ts";
import { type Finding, type Found, objectId, objectText, together } from "../model.ts";
import { userError } from "../reading.ts";
import { unreadFor } from "../unread.ts";
import { deletingFinding, missingFinding, namespaceFinding } from "./findings.ts";
import { kindKey, type ServedKind } from "./kinds.ts";
import type { Asking } from "./lists.ts";
import type { LiveObject, WantedObject } from "./model.ts";
import { namespacesOf, type Pair, type Present } from "./present.ts";

/** What is there after all, and what is not. */
export interface Settled extends Found {
  /** Objects to compare. */
  pairs: readonly Pair[];
}

/**
 * Makes sure of what no list has: an object that has lost its label is asked for by name. Of a namespace that is gone,
 * or on its way, one thing is said, not one for each object in it.
 */
export async function settleAbsent(
  asking: Asking,
  { pairs, absent }: Pick<Present, "pairs" | "absent">,
  served: ReadonlyMap<string, ServedKind>,
): Promise<Settled> {
  const all = [...absent, ...pairs.map(({ wanted }) => wanted)];
  const doubtful = [...absent, ...pairs.filter(isBeingDeleted).map(({ wanted }) => wanted)];
  const lost = await lostNamespaces(asking, all, doubtful);
  const isInPlace = ({ object }: WantedObject) => !lost.has(object.metadata.namespace ?? "");
  const asked = await Promise.all(
    absent.filter(isInPlace).map((wanted) => askFor(asking, wanted, served.get(kindKey(wanted.object)))),
  );
  const there = [...pairs.filter(({ wanted }) => isInPlace(wanted)), ...asked.flatMap((each) => each.pairs)];
  const inLost = Map.groupBy(
    all.filter((wanted) => !isInPlace(wanted)),
    ({ object }) => object.metadata.namespace ?? "",
  );
  const findings = [
    ...[...inLost].flatMap(([name, objects]) => namespaceFinding(name, objects, lost.get(name)?.deletedAt)),
    ...there.filter(isBeingDeleted).map(({ wanted, live }) => deletingFinding(wanted, live)),
  ];
  return {
    ...together([{ findings, unread: [], notes: [] }, ...asked]),
    pairs: there.filter((pair) => !isBeingDeleted(pair)),
  };
}

function isBeingDeleted({ live }: Pair): boolean {
  return live.metadata.deletionTimestamp !== undefined;
}

/** Namespaces that are gone, or being deleted since when. */
type Lost = ReadonlyMap<string, { deletedAt?: string }>;

/**
 * One list tells. Who may not read it is asked about the namespaces of what is not there; who may not do that either is
 * told of the objects, one by one.
 */
async function lostNamespaces(
  asking: Asking,
  wanted: readonly WantedObject[],
  doubtful: readonly WantedObject[],
): Promise<Lost> {
  const { kubernetes, slot } = asking;
  const names = namespacesOf(wanted);
  try {
    const all = await slot(() => kubernetes.listMetadata(resourcePath("v1", "Namespace")));
    const found = new Map(all.map((namespace) => [namespace.metadata.name, namespace]));
    return new Map(names.flatMap((name) => lossOf(name, found.get(name))));
  } catch (thrown) {
    userError(thrown);
  }
  const looks = namespacesOf(doubtful).map(async (name) => {
    try {
      return lossOf(name, await slot(() => readNamespace(kubernetes, name)));
    } catch (thrown) {
      userError(thrown);
      return [];
    }
  });
  return new Map((await Promise.all(looks)).flat());
}

function lossOf(
  name: string,
  found: Pick<KubernetesObject, "metadata"> | undefined,
): [string, { deletedAt?: string }][] {
  if (!found) return [[name, {}]];
  const { deletionTimestamp: deletedAt } = found.metadata;
  return deletedAt ? [[name, { deletedAt }]] : [];
}

/** Asks for one object by its name. */
async function askFor(asking: Asking, wanted: WantedObject, kind: ServedKind | undefined): Promise<Settled> {
  if (isCleanedUp(wanted.object)) return settled({});
  try {
    const live = await liveObject(asking, wanted, kind);
    return live ? settled({ pairs: [{ wanted, live }] }) : settled({ findings: [missingFinding(wanted)] });
  } catch (thrown) {
    const scope = objectText(objectId(wanted.object));
    return { ...settled({}), unread: [unreadFor(scope, thrown)] };
  }
}

/** An object as it is now; undefined when there is none. */
export function liveObject(
  { kubernetes, slot }: Asking,
  { object: { metadata } }: WantedObject,
  kind: ServedKind | undefined,
): Promise<LiveObject | undefined> {
  const path = kind?.path(metadata.namespace, metadata.name);
  return path === undefined ? Promise.resolve(undefined) : slot(() => kubernetes.get(path));
}

function settled({ pairs = [], findings = [] }: { pairs?: Pair[]; findings?: Finding[] }): Settled {
  return { pairs, findings, unread: [], notes: [] };
}

/** Kubernetes itself deletes a Job that says so, once it has ended. */
function isCleanedUp(object: KubernetesObject): boolean {
  return object.kind === "Job" && valueAt(object, ["spec", "ttlSecondsAfterFinished"]) !== undefined;
}
