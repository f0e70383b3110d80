import type { Kubernetes } from "../../kubernetes/api.ts";
import { apiPath, type KubernetesObject } from "../../kubernetes/objects.ts";
import { rbacName } from "../../kubernetes/target.ts";
import { groupOf, listAt, textAt } from "../../plan/manifest.ts";
import { removedApi } from "../../schemas/removed-apis.ts";
import type { Unread } from "../model.ts";
import { unreadFor } from "../unread.ts";
import type { Asking } from "./lists.ts";

/** A kind as the cluster serves it. */
export interface ServedKind {
  apiVersion: string;
  kind: string;
  namespaced: boolean;
  /** As rights name it, such as `deployments.apps`. */
  resource: string;
  /** API path of all of them, of those in a namespace, or of one. */
  path(namespace?: string, name?: string): string;
}

/** What names a kind. */
export type KindName = Pick<KubernetesObject, "apiVersion" | "kind">;

/** Any names do: only the form of the path is looked at. */
const SAMPLE = { name: "name", namespace: "namespace" };

/**
 * A kind as the cluster serves it; undefined when it does not (any more).
 * @throws RefusedError when the cluster cannot be asked
 */
async function servedKind(
  kubernetes: Pick<Kubernetes, "pathOf">,
  apiVersion: string,
  kind: string,
): Promise<ServedKind | undefined> {
  const path = await kubernetes.pathOf({ apiVersion, kind, metadata: SAMPLE }, SAMPLE.namespace);
  if (path === undefined) return undefined;
  const [, inside, resource = ""] = /(\/namespaces\/namespace)?\/([^/]+)\/name$/.exec(path) ?? [];
  const namespaced = inside !== undefined;
  return {
    apiVersion,
    kind,
    namespaced,
    resource: rbacName(resource, groupOf(apiVersion)),
    path: (namespace, name) => apiPath(apiVersion, resource, namespaced ? namespace : undefined, name),
  };
}

/** What tells a kind of one API version from others. */
export function kindKey({ apiVersion, kind }: KindName): string {
  return `${apiVersion}/${kind}`;
}

/**
 * Whether the server itself says that it has no such kind: what it lists of itself may lack what a broken extension
 * serves.
 * @throws RefusedError when the server cannot be asked
 */
async function isUnknown(
  kubernetes: Pick<Kubernetes, "get">,
  { apiVersion, kind }: KindName,
): Promise<boolean> {
  const root = apiVersion.includes("/") ? "/apis" : "/api";
  const answer = await kubernetes.get(`${root}/${apiVersion}`);
  return !listAt(answer, ["resources"]).some((resource) => textAt(resource, ["kind"]) === kind);
}

/** The version of the API in which a cluster serves what it serves no more in this one. */
async function otherVersion(
  kubernetes: Pick<Kubernetes, "get" | "pathOf">,
  { apiVersion, kind }: KindName,
): Promise<{ instead?: string }> {
  const group = await kubernetes.get(`/apis/${groupOf(apiVersion)}`);
  const candidates = [
    removedApi(apiVersion, kind)?.instead,
    ...listAt(group, ["versions"]).map((version) => textAt(version, ["groupVersion"])),
  ];
  for (const instead of candidates) {
    const isServed = instead?.includes("/") && (await servedKind(kubernetes, instead, kind));
    if (instead && isServed) return { instead };
  }
  return {};
}

/** Kinds as the cluster knows them. */
export interface Kinds {
  /** By `kindKey`. */
  served: ReadonlyMap<string, ServedKind>;
  /** What the cluster does not know (any more), or only in another version of its API. */
  unknown: readonly (KindName & { instead?: string })[];
  unread: readonly Unread[];
}

/**
 * Looks kinds up.
 * @param names of manifests: they were served once
 * @param optional looked at where they are served
 */
export async function readKinds(
  { kubernetes, slot }: Asking,
  names: readonly KindName[],
  optional: readonly KindName[],
): Promise<Kinds> {
  const needed = new Set(names.map(kindKey));
  const served = new Map<string, ServedKind>();
  const unknown: (KindName & { instead?: string })[] = [];
  const unread: Unread[] = [];
  const lookUp = async (name: KindName) => {
    const scope = `${name.kind} of ${name.apiVersion}`;
    try {
      const found = await servedKind(kubernetes, name.apiVersion, name.kind);
      if (found) served.set(kindKey(name), found);
      else if (!needed.has(kindKey(name))) return;
      else if (await isUnknown(kubernetes, name))
        unknown.push({ ...name, ...(await otherVersion(kubernetes, name)) });
      else unread.push({ scope, reason: "the cluster has only just got to know this kind: run again" });
    } catch (thrown) {
      unread.push(unreadFor(scope, thrown));
    }
  };
  const distinct = new Map([...names, ...optional].map((name) => [kindKey(name), name]));
  await Promise.all([...distinct.values()].map((name) => slot(() => lookUp(name))));
  return { served, unknown, unread };
}
