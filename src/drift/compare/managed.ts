import type { Owner, Place } from "../objects/model.ts";
import { type FieldNode, keyOf } from "../owners/fields.ts";

/** How the server merges a list, and with it which items belong together. */
export type ListShape = { keys: readonly string[] } | "set" | "atomic";

/** How the server merges a list as its field managers show it; undefined when nobody owns any of it. */
export function managedShape(root: FieldNode, place: Place): ListShape | undefined {
  const node = nodeAt(root, place);
  if (!node) return undefined;
  const [item] = [...node.children.values()].flatMap(({ step }) => step ?? []);
  if (!item) return "atomic";
  if ("value" in item) return "set";
  return "key" in item ? { keys: Object.keys(item.key) } : "atomic";
}

/** Everybody who has written a field, or the list or map around it that is only ever written as a whole. */
export function writersOf(root: FieldNode, place: Place): readonly Owner[] {
  return nodeAt(root, place)?.writers ?? [];
}

/** What is written at a place; the nearest leaf around it where ownership goes no deeper. */
function nodeAt(root: FieldNode, place: Place): FieldNode | undefined {
  let node = root;
  for (const step of place) {
    const child = node.children.get(keyOf(step));
    if (!child) return node.children.size === 0 ? node : undefined;
    node = child;
  }
  return node;
}
