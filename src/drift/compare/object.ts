import { isMap } from "../../overrides/merge.ts";
import { isBuiltIn } from "../../schemas/removed-apis.ts";
import type { Difference, LiveObject, WantedObject } from "../objects/model.ts";
import { fieldTree } from "../owners/fields.ts";
import { isNoDrift } from "./silent.ts";
import { compareValue } from "./values.ts";

/** What is known of the cluster beside the object. */
export interface Facts {
  /** Identities of the workloads that an autoscaler looks after. */
  scaled: ReadonlySet<string>;
  /** Field managers that stand for people, beside the usual ones. */
  managers?: readonly string[];
}

/**
 * Where a live object is otherwise than its manifest says. Only what the manifest says is looked at: what the server
 * fills in, and what others add to maps and keyed lists, is no difference. Selectors and lists that have one owner as a
 * whole may have nothing more in them.
 */
export function compareObject(wanted: WantedObject, live: LiveObject, facts: Facts): Difference[] {
  const { object } = wanted;
  const managed = memoized(() => fieldTree(live.metadata.managedFields ?? []));
  const comparison = {
    kind: { name: object.kind, builtIn: isOwn(object.apiVersion) },
    managed,
    managers: facts.managers ?? [],
  };
  // Where the last label is gone, each of them is: some come back with an upgrade, others may not.
  const liveContent: Readonly<Record<string, unknown>> = {
    ...live,
    metadata: { labels: {}, annotations: {}, ...live.metadata },
  };
  return Object.entries(contentOf(object))
    .flatMap(([field, value]) => compareValue(value, liveContent[field], [{ field }], comparison))
    .filter((difference) => !isNoDrift(difference, { wanted, live, facts, managed }));
}

/** What the user of an API says: of the metadata its labels and annotations, and no status. */
function contentOf(object: WantedObject["object"]): Readonly<Record<string, unknown>> {
  const { apiVersion: _, kind, metadata, status: __, stringData, ...content } = object;
  const { labels = {}, annotations = {} } = metadata;
  const secret = kind === "Secret" && isMap(stringData) ? { data: withTexts(content.data, stringData) } : {};
  return { metadata: { labels, annotations }, ...content, ...secret };
}

/** The server keeps the texts of a Secret as its data. */
function withTexts(
  data: unknown,
  texts: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const encoded = Object.entries(texts).map(([key, text]) => [
    key,
    Buffer.from(String(text ?? "")).toString("base64"),
  ]);
  return { ...(isMap(data) ? data : {}), ...Object.fromEntries(encoded) };
}

const own = new Map<string, boolean>();

function isOwn(apiVersion: string): boolean {
  const known = own.get(apiVersion) ?? isBuiltIn(apiVersion);
  own.set(apiVersion, known);
  return known;
}

function memoized<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
