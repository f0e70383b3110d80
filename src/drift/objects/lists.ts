import type { LimitFunction } from "p-limit";
import type { Kubernetes } from "../../kubernetes/api.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import { type Failure, readEverywhere } from "../reading.ts";
import type { ServedKind } from "./kinds.ts";
import type { LiveObject } from "./model.ts";

/** Everything that Helm has written. */
export const OF_HELM = `labelSelector=${encodeURIComponent("app.kubernetes.io/managed-by=Helm")}`;

/** What took longer than the server remembers is read anew, once. */
const EXPIRED = 410;

/** How the cluster is asked: so many requests at a time. */
export interface Asking {
  kubernetes: Kubernetes;
  slot: LimitFunction;
}

/** What there is of a kind. */
export interface LiveKind {
  /** By `placeKey`. */
  objects: ReadonlyMap<string, LiveObject>;
  failures: readonly Failure[];
}

export interface ListRequest {
  kind: ServedKind;
  /** Where the kind is looked for when the whole cluster may not be listed. */
  namespaces: readonly string[];
  query?: string;
  /** Objects that are kept, by `placeKey`; without it all. */
  wanted?: ReadonlySet<string>;
}

/** Lists a kind: of the whole cluster, or of each namespace where that is forbidden. Memory holds what is wanted. */
export async function listKind({ kubernetes, slot }: Asking, request: ListRequest): Promise<LiveKind> {
  const { kind, namespaces, query, wanted } = request;
  const read = async (namespace?: string) => {
    const kept: LiveObject[] = [];
    for await (const page of kubernetes.pages(kind.path(namespace), query)) {
      // Lists of Kubernetes' own kinds leave out what all their items have in common.
      const objects = page.map(
        (item): LiveObject => ({ ...item, apiVersion: kind.apiVersion, kind: kind.kind }),
      );
      kept.push(...objects.filter((object) => !wanted || wanted.has(placeKey(object.metadata))));
    }
    return kept;
  };
  const { answers, failures } = await readEverywhere(kind.namespaced ? namespaces : [], (namespace) =>
    slot(() => read(namespace).catch((thrown: unknown) => againIfExpired(thrown, () => read(namespace)))),
  );
  const objects = answers.flatMap(({ value }) => value);
  return { objects: new Map(objects.map((object) => [placeKey(object.metadata), object])), failures };
}

function againIfExpired<T>(thrown: unknown, read: () => Promise<T>): Promise<T> {
  if (thrown instanceof RefusedError && thrown.status === EXPIRED) return read();
  throw thrown;
}

/** What tells objects of one kind apart. */
export function placeKey({ namespace = "", name }: { namespace?: string; name: string }): string {
  return `${namespace}/${name}`;
}

/** Whether it is not known what is in a namespace (or, without one, in the cluster). */
export function isUnread(failures: readonly Failure[], namespace: string | undefined): boolean {
  return failures.some((failure) => failure.namespace === undefined || failure.namespace === namespace);
}
