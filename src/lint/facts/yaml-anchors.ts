import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  type Node,
  visit,
  type YAMLMap,
} from "yaml";
import type { YamlSource } from "../../yaml/source.ts";

/** Anchors, aliases and merge keys of a file, for the rules about them. */

/** A name given a second time, where an alias after it means the second. */
export interface RepeatedAnchor {
  name: string;
  first: Node;
  second: Node;
}

/** Anchors whose name stands twice and whose aliases may mean either. */
export function repeatedAnchors(source: YamlSource): RepeatedAnchor[] {
  if (!/&[\w-]/.test(source.text) || !source.text.includes("*")) return [];
  const first = new Map<string, Node>();
  const repeated = new Map<string, RepeatedAnchor>();
  const found: RepeatedAnchor[] = [];
  visit(source.document, {
    Node(_, node) {
      if (isAlias(node)) {
        const again = repeated.get(node.source);
        if (again && !found.includes(again)) found.push(again);
        return;
      }
      const name = node.anchor;
      if (!name) return;
      const earlier = first.get(name);
      if (earlier) repeated.set(name, { name, first: earlier, second: node });
      else first.set(name, node);
    },
  });
  return found;
}

/** A key that stands before the `<<` of its map, which has the same key. */
export interface OvertakenKey {
  key: string;
  node: Node;
  merge: Node;
}

/** Keys that Helm takes from the merged map although the map itself has them, because they stand before `<<`. */
export function overtakenKeys(source: YamlSource): OvertakenKey[] {
  if (!source.text.includes("<<")) return [];
  const { document } = source;
  const found: OvertakenKey[] = [];
  visit(document, {
    Map(_, map) {
      const index = map.items.findIndex(({ key }) => isScalar(key) && isMerge(key.value));
      const merge = map.items[index];
      if (!merge || !isNode(merge.key)) return;
      const merged = new Set(mergedKeys(document, merge.value));
      for (const { key } of map.items.slice(0, index)) {
        if (isScalar(key) && merged.has(String(key.value)))
          found.push({ key: String(key.value), node: key, merge: merge.key });
      }
    },
  });
  return found;
}

/** The keys of what a merge key brings in: one map, or a list of maps. */
function mergedKeys(document: Document.Parsed, value: unknown): string[] {
  const target = isAlias(value) ? value.resolve(document) : value;
  if (isMap(target)) return keysOf(target);
  if (typeof target !== "object" || target === null || !("items" in target)) return [];
  return (target.items as unknown[]).flatMap((item) => (isPair(item) ? [] : mergedKeys(document, item)));
}

function keysOf(map: YAMLMap): string[] {
  return map.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []));
}

/** The parser gives a merge key a symbol for its value, a quoted "<<" a text. */
function isMerge(value: unknown): boolean {
  return typeof value === "symbol";
}
