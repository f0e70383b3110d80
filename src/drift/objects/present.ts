import type { Unread } from "../model.ts";
import { unreadOf } from "../reading.ts";
import { type KindName, kindKey, type ServedKind } from "./kinds.ts";
import {
  type Asking,
  isUnread,
  type ListRequest,
  type LiveKind,
  listKind,
  OF_HELM,
  placeKey,
} from "./lists.ts";
import type { LiveObject, WantedObject } from "./model.ts";
import { AUTOSCALERS, isScalable, scaledBy } from "./scaled.ts";
import type { Draft } from "./wanted.ts";

/** What the cluster has of the wanted objects. */
export interface Present {
  pairs: readonly Pair[];
  /** What is not in the list of its kind. */
  absent: readonly WantedObject[];
  /** Identities of the workloads that an autoscaler looks after. */
  scaled: ReadonlySet<string>;
  /** Jobs of hooks that are still there. */
  leftHooks: readonly LiveObject[];
  unread: readonly Unread[];
}

/** An object as it should be, and as it is. */
export interface Pair {
  wanted: WantedObject;
  live: LiveObject;
}

/** The kinds that are listed beside those of the manifests. */
export function kindsBeside(objects: readonly Draft[], hookJobs: readonly Draft[]): KindName[] {
  const autoscalers = objects.some(({ item }) => isScalable(item)) ? AUTOSCALERS : [];
  return [...autoscalers, ...hookJobs.map(({ item }) => item)];
}

/**
 * Lists each kind once: the wanted objects, what sets their number of pods, and what hooks have left.
 * @param served kinds by `kindKey`; every wanted object has one
 */
export async function readPresent(
  asking: Asking,
  wanted: readonly WantedObject[],
  hookJobs: readonly Draft[],
  served: ReadonlyMap<string, ServedKind>,
): Promise<Present> {
  const own = Map.groupBy(wanted, ({ object }) => kindKey(object));
  const scalable = wanted.filter(({ object }) => isScalable(object));
  const lists = new Map<string, LiveKind>();
  await Promise.all(
    [...served].map(async ([key, kind]) => {
      const hooks = hookJobs.filter(({ item }) => kindKey(item) === key).map(({ item }) => placeKey(item));
      lists.set(key, await listKind(asking, listRequest(kind, own.get(key) ?? [], hooks, scalable)));
    }),
  );
  const matched = [...own].flatMap(([key, objects]) => matchedWith(objects, lists.get(key)));
  const autoscalers = AUTOSCALERS.flatMap((kind) => [...(lists.get(kindKey(kind))?.objects.values() ?? [])]);
  return {
    pairs: matched.flatMap(({ wanted: each, live }) => (live ? [{ wanted: each, live }] : [])),
    absent: matched.flatMap(({ wanted: each, live }) => (live ? [] : [each])),
    scaled: scaledBy(autoscalers),
    leftHooks: hookJobs.flatMap(({ item }) => lists.get(kindKey(item))?.objects.get(placeKey(item)) ?? []),
    unread: [...served].flatMap(([key, kind]) =>
      // What is asked for the sake of hooks alone is worth a note at most.
      own.has(key) || isAutoscaler(kind) ? unreadOf(kind.resource, lists.get(key)?.failures ?? []) : [],
    ),
  };
}

function listRequest(
  kind: ServedKind,
  own: readonly WantedObject[],
  hooks: readonly string[],
  scalable: readonly WantedObject[],
): ListRequest {
  // Anybody's autoscaler counts: they are listed all.
  if (isAutoscaler(kind)) return { kind, namespaces: namespacesOf([...own, ...scalable]) };
  const wanted = new Set([...own.map(({ object }) => placeKey(object.metadata)), ...hooks]);
  return { kind, namespaces: namespacesOf(own), query: OF_HELM, wanted };
}

function isAutoscaler(kind: KindName): boolean {
  return AUTOSCALERS.some((each) => kindKey(each) === kindKey(kind));
}

/** The namespaces that objects stand in. */
export function namespacesOf(objects: readonly WantedObject[]): string[] {
  return [...new Set(objects.flatMap(({ object }) => object.metadata.namespace ?? []))];
}

/** Each object with what the list has of it; those left out about which the list says nothing. */
function matchedWith(
  objects: readonly WantedObject[],
  list: LiveKind | undefined,
): { wanted: WantedObject; live: LiveObject | undefined }[] {
  return objects.flatMap((wanted) => {
    const { metadata } = wanted.object;
    const live = list?.objects.get(placeKey(metadata));
    return live || (list && !isUnread(list.failures, metadata.namespace)) ? [{ wanted, live }] : [];
  });
}
