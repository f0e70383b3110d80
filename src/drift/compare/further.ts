import { isMap } from "../../overrides/merge.ts";
import { telling } from "../foreign/silent.ts";
import type { Place } from "../objects/model.ts";
import type { FieldNode } from "../owners/fields.ts";
import { isDeployer, isPerson } from "../owners/people.ts";
import { fieldAt } from "./lists.ts";
import { writersOf } from "./managed.ts";

/** Selectors have no defaults: a further label in one changes what it selects. */
const SELECTORS = new Set([
  ...["selector", "nodeSelector", "labelSelector", "namespaceSelector", "podSelector", "objectSelector"],
]);

/** Further maps of Kubernetes' own kinds that have one owner as a whole. */
const WHOLE_MAPS = new Set(["secretKeyRef", "configMapKeyRef", "fieldRef", "resourceFieldRef"]);

/** Whether a map is a selector of one of Kubernetes' own kinds. The server itself adds to those of pods. */
export function isSelector(place: Place, kind: { name: string; builtIn: boolean }): boolean {
  return kind.builtIn && kind.name !== "Pod" && SELECTORS.has(fieldAt(place, -1) ?? "");
}

/** Whether a map has one owner as a whole, so that what is in it beside the manifest is nobody else's. */
export function isWhole(place: Place, kind: { builtIn: boolean }): boolean {
  return kind.builtIn && WHOLE_MAPS.has(fieldAt(place, -1) ?? "");
}

/** Whether a map, or a map or list in it, has an entry that the other one does not have. */
export function hasMore(expected: unknown, actual: unknown): boolean {
  if (Array.isArray(actual)) return actual.length > (Array.isArray(expected) ? expected.length : 0);
  if (!isMap(actual)) return false;
  const wanted = isMap(expected) ? expected : {};
  return Object.entries(actual).some(([field, value]) =>
    isMap(value) || Array.isArray(value)
      ? hasMore(wanted[field], value)
      : value !== "" && !Object.hasOwn(wanted, field),
  );
}

/** The same, without what the server fills in. Items of lists are those of the same position. */
export function saysMore(expected: unknown, actual: unknown): boolean {
  if (Array.isArray(actual) && Array.isArray(expected))
    return actual.some((item, index) => saysMore(expected[index], item));
  if (!isMap(actual) || !isMap(expected)) return false;
  return Object.entries(actual).some(([field, value]) =>
    Object.hasOwn(expected, field) && expected[field] !== null
      ? saysMore(expected[field], value)
      : telling(field, value, actual) !== undefined,
  );
}

/** Whether people have written a list or map that has one owner, and the deployment no longer owns it. */
export function isByHand(root: FieldNode, place: Place, managers: readonly string[]): boolean {
  const writers = writersOf(root, place).map(({ manager }) => manager);
  return !writers.some(isDeployer) && writers.some((manager) => isPerson(manager, managers));
}
