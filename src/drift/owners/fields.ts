import { jsonOf } from "../../core/json.ts";
import { isMap } from "../../overrides/merge.ts";
import type { ManagedFields, Owner, Step } from "../objects/model.ts";

/** A place of an object with those who have written it; what is written below it, by step. */
export interface FieldNode {
  /** From its parent; undefined for the object itself. */
  step?: Step;
  children: Map<string, FieldNode>;
  /** Who has written this very place: all of it, or that it is there at all. */
  writers: Owner[];
}

/**
 * The sets of all managers as one tree. A set is a map by step: `f:<field>`, `k:<keys of a list's item>`, `v:<value of a
 * set's item>`, `i:<index>`; an empty map is a place that is written as a whole, `.` one that is written beside what
 * lies below it.
 */
export function fieldTree(managers: readonly ManagedFields[]): FieldNode {
  const root: FieldNode = { children: new Map(), writers: [] };
  for (const { manager = "", operation = "Update", subresource, time, fieldsV1 } of managers) {
    if (!fieldsV1) continue;
    add(root, fieldsV1, {
      manager,
      operation,
      ...(subresource ? { subresource } : {}),
      ...(time ? { time } : {}),
    });
  }
  return root;
}

function add(node: FieldNode, set: Readonly<Record<string, unknown>>, owner: Owner): void {
  for (const [text, below] of Object.entries(set)) {
    if (text === ".") {
      node.writers.push(owner);
      continue;
    }
    const step = stepOf(text);
    if (!step) continue;
    const child = childOf(node, step);
    if (!isMap(below) || Object.keys(below).length === 0) child.writers.push(owner);
    else add(child, below, owner);
  }
}

function childOf(node: FieldNode, step: Step): FieldNode {
  const key = keyOf(step);
  const known = node.children.get(key);
  if (known) return known;
  const child: FieldNode = { step, children: new Map(), writers: [] };
  node.children.set(key, child);
  return child;
}

/** Undefined for what a later version of the format may bring. */
function stepOf(text: string): Step | undefined {
  const rest = text.slice(2);
  if (text.startsWith("f:")) return { field: rest };
  if (text.startsWith("i:")) return { index: Number(rest) };
  const value = jsonOf(rest);
  if (text.startsWith("v:") && value !== undefined) return { value };
  return text.startsWith("k:") && isMap(value) ? { key: value } : undefined;
}

/** A step as text, so that equal ones are the same: keys of a list's item in any order. */
export function keyOf(step: Step): string {
  if ("field" in step) return `f:${step.field}`;
  if ("index" in step) return `i:${step.index}`;
  if ("value" in step) return `v:${JSON.stringify(step.value)}`;
  const sorted = Object.entries(step.key).sort(([a], [b]) => (a < b ? -1 : 1));
  return `k:${JSON.stringify(Object.fromEntries(sorted))}`;
}
