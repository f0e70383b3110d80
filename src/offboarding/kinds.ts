import type { Kubernetes } from "../kubernetes/api.ts";
import { RefusedError } from "../kubernetes/refusals.ts";

/** A kind whose objects can be listed and deleted. */
export interface ServedKind {
  apiVersion: string;
  kind: string;
  /** Plural name, as in API paths. */
  resource: string;
  namespaced: boolean;
}

export interface ServedKinds {
  kinds: readonly ServedKind[];
  /** API versions that are served by name alone: what serves them does not answer. */
  unread: readonly string[];
}

interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean; verbs?: string[] }[];
}

interface Group {
  versions: { groupVersion: string }[];
  preferredVersion: { groupVersion: string };
}

/**
 * Every kind the cluster serves, each in one version. What only reports (metrics, reviews) cannot be deleted and is
 * left out, and so are events, which the cluster forgets by itself.
 */
export async function servedKinds(kubernetes: Pick<Kubernetes, "get">): Promise<ServedKinds> {
  const { groups = [] } = ((await kubernetes.get("/apis")) ?? {}) as { groups?: Group[] };
  const lists = await Promise.all(
    ["v1", ...groups.flatMap(preferredFirst)].map(async (apiVersion) => {
      const list = await kubernetes.get(rootOf(apiVersion)).catch(unlessRefused);
      return { apiVersion, resources: (list as ResourceList | undefined)?.resources };
    }),
  );
  const kinds = new Map<string, ServedKind>();
  for (const { apiVersion, resources = [] } of lists) {
    for (const { name, kind, namespaced, verbs = [] } of resources) {
      const key = `${name}.${apiVersion.split("/").at(-2) ?? ""}`;
      const usable =
        !name.includes("/") && kind !== "Event" && verbs.includes("list") && verbs.includes("delete");
      if (usable && !kinds.has(key)) kinds.set(key, { apiVersion, kind, resource: name, namespaced });
    }
  }
  return {
    kinds: [...kinds.values()],
    unread: lists.filter(({ resources }) => resources === undefined).map(({ apiVersion }) => apiVersion),
  };
}

function preferredFirst({ versions, preferredVersion }: Group): string[] {
  const all = versions.map(({ groupVersion }) => groupVersion);
  return [...new Set([preferredVersion.groupVersion, ...all])];
}

/** Undefined for what the cluster refuses to tell; everything else is thrown on. */
export function unlessRefused(thrown: unknown): undefined {
  // Without any answer nothing is known about the cluster at all.
  if (thrown instanceof RefusedError && thrown.status !== 0) return undefined;
  throw thrown;
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
