import { readNamespace } from "../../kubernetes/namespaces.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { valueAt } from "../../overrides/values.ts";
import { type Finding, type Found, together } from "../model.ts";
import { unreadFor } from "../unread.ts";
import { deletingFinding, missingFinding, namespaceFinding } from "./findings.ts";
import { kindKey, type ServedKind } from "./kinds.ts";
import type { Asking } from "./lists.ts";
import type { LiveObject, WantedObject } from "./model.ts";
import type { Pair, Present } from "./present.ts";

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
  const doubtful = [...absent, ...pairs.filter(isBeingDeleted).map(({ wanted }) => wanted)];
  const lost = await lostNamespaces(asking, doubtful);
  const isInPlace = ({ object }: WantedObject) => !lost.has(object.metadata.namespace ?? "");
  const asked = await Promise.all(
    absent.filter(isInPlace).map((wanted) => askFor(asking, wanted, served.get(kindKey(wanted.object)))),
  );
  const there = [...pairs.filter(({ wanted }) => isInPlace(wanted)), ...asked.flatMap((each) => each.pairs)];
  const inLost = Map.groupBy(
    [...absent, ...pairs.map(({ wanted }) => wanted)].filter((wanted) => !isInPlace(wanted)),
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

/** The namespaces among those of objects that are gone, or being deleted since when. */
async function lostNamespaces(
  { kubernetes, slot }: Asking,
  doubtful: readonly WantedObject[],
): Promise<ReadonlyMap<string, { deletedAt?: string }>> {
  const names = new Set(doubtful.flatMap(({ object }) => object.metadata.namespace ?? []));
  const lost = new Map<string, { deletedAt?: string }>();
  const look = async (name: string) => {
    // Whoever may not read namespaces is told of the objects, one by one.
    const found = await readNamespace(kubernetes, name).catch(() => "unread" as const);
    if (found === undefined) lost.set(name, {});
    else if (found !== "unread" && found.metadata.deletionTimestamp)
      lost.set(name, { deletedAt: found.metadata.deletionTimestamp });
  };
  await Promise.all([...names].map((name) => slot(() => look(name))));
  return lost;
}

/** Asks for one object by its name. */
async function askFor(asking: Asking, wanted: WantedObject, kind: ServedKind | undefined): Promise<Settled> {
  if (isCleanedUp(wanted.object)) return settled({});
  try {
    const live = await liveObject(asking, wanted, kind);
    return live ? settled({ pairs: [{ wanted, live }] }) : settled({ findings: [missingFinding(wanted)] });
  } catch (thrown) {
    const { namespace, name } = wanted.object.metadata;
    const scope = `${wanted.object.kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
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
