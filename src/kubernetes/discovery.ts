import { jsonOf } from "../core/json.ts";
import { apiPath, knownPath, type ObjectName } from "./objects.ts";
import type { Send } from "./send.ts";

/** A kind as one API version serves it. */
interface Served {
  resource: string;
  namespaced: boolean;
}

/** Kinds by `apiVersion/kind`. */
type Kinds = ReadonlyMap<string, Served>;

/** Everything a server serves in one answer; older servers answer with the names of the groups alone. */
const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

interface AggregatedList {
  kind: "APIGroupDiscoveryList";
  items: {
    metadata?: { name?: string };
    versions?: {
      version: string;
      resources?: { resource: string; responseKind?: { kind?: string }; scope: "Namespaced" | "Cluster" }[];
    }[];
  }[];
}

interface PlainList {
  resources?: { name: string; kind: string; namespaced: boolean }[];
}

/** A kind that is not served may be a moment later: a chart brings its definition. */
const FRESH_MS = 10_000;

/**
 * Finds the API path of any object. Kinds that every cluster serves are known; for others the cluster is asked, once
 * for the core group and once for all others.
 */
export function createDiscovery(
  send: Send,
  now: () => number = Date.now,
): (object: ObjectName, namespace: string) => Promise<string | undefined> {
  const answers = new Map<string, { at: number; kinds: Promise<Kinds | undefined> }>();
  const ask = (key: string, read: () => Promise<Kinds | undefined>) => {
    const answer = { at: now(), kinds: read() };
    answers.set(key, answer);
    // What failed is asked again by whoever needs it next.
    answer.kinds.catch(() => answers.delete(key));
    return answer;
  };
  const find = async (wanted: string, key: string, read: () => Promise<Kinds | undefined>) => {
    const known = answers.get(key);
    const kinds = await (known ?? ask(key, read)).kinds;
    if (!kinds || kinds.has(wanted) || !known || now() - known.at < FRESH_MS) return kinds;
    return (answers.get(key) === known ? ask(key, read) : answers.get(key))?.kinds;
  };
  return async (object, namespace) => {
    const known = knownPath(object, namespace);
    if (known) return known;
    const { apiVersion, kind } = object;
    const wanted = `${apiVersion}/${kind}`;
    const root = apiVersion.includes("/") ? "/apis" : "/api";
    const all = await find(wanted, root, () => readAggregated(send, root));
    const served = (all ?? (await find(wanted, apiVersion, () => readPlain(send, apiVersion))))?.get(wanted);
    if (!served) return undefined;
    const { name, namespace: own = namespace } = object.metadata;
    return apiPath(apiVersion, served.resource, served.namespaced ? own : undefined, name);
  };
}

/** All kinds below a root; undefined when the server cannot say so in one answer. */
async function readAggregated(send: Send, root: string): Promise<Kinds | undefined> {
  const answer = await send({
    method: "GET",
    path: root,
    accept: AGGREGATED,
    repeatable: true,
    answers: [404, 406],
  });
  const list = jsonOf(answer.text) as AggregatedList | undefined;
  if (list?.kind !== "APIGroupDiscoveryList") return undefined;
  const kinds = new Map<string, Served>();
  for (const { metadata, versions } of list.items) {
    for (const { version, resources } of versions ?? []) {
      const apiVersion = metadata?.name ? `${metadata.name}/${version}` : version;
      for (const { resource, responseKind, scope } of resources ?? []) {
        kinds.set(`${apiVersion}/${responseKind?.kind}`, { resource, namespaced: scope === "Namespaced" });
      }
    }
  }
  return kinds;
}

/** The kinds of one API version; none when it is not served. */
async function readPlain(send: Send, apiVersion: string): Promise<Kinds> {
  const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const answer = await send({ method: "GET", path, repeatable: true, answers: [404] });
  const { resources = [] } = (jsonOf(answer.text) ?? {}) as PlainList;
  return new Map(
    resources
      // `pods/log` and the like have the kind of something else.
      .filter(({ name }) => !name.includes("/"))
      .map(({ name, kind, namespaced }) => [`${apiVersion}/${kind}`, { resource: name, namespaced }]),
  );
}
