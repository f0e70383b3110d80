import { isDeepStrictEqual } from "node:util";
import { isMap } from "../overrides/merge.ts";
import { ownEntry, type Values } from "../overrides/values.ts";

/** A path of values, and what stands there before and after; undefined for nothing. */
export interface ChangedPath {
  path: string;
  before: unknown;
  after: unknown;
}

/** Paths at which two values differ, as JSON sees them. Lists of named items are compared by name. */
export function changedPaths(before: Values, after: Values): string[] {
  return valueChanges(before, after).map(({ path }) => path);
}

/** The same with what stands there. */
export function valueChanges(before: Values, after: Values): ChangedPath[] {
  return differences(asJson(before), asJson(after), "");
}

/** What is undefined, and how a number is written, does not reach Helm. */
function asJson(values: Values): unknown {
  return JSON.parse(JSON.stringify(values));
}

function differences(before: unknown, after: unknown, path: string): ChangedPath[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isMap(before) && isMap(after)) return changedKeys(before, after, (key) => join(path, key));
  const [old, new_] = [byName(before), byName(after)];
  if (!old || !new_) return [{ path, before, after }];
  const named = changedKeys(old, new_, (name) => `${path}[${name}]`);
  if (named.length > 0) return named;
  return [{ path: `${path} (order)`, before: Object.keys(old), after: Object.keys(new_) }];
}

function changedKeys(before: Values, after: Values, pathOf: (key: string) => string): ChangedPath[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const isBoth = Object.hasOwn(before, key) && Object.hasOwn(after, key);
    if (isBoth) return differences(before[key], after[key], pathOf(key));
    return [{ path: pathOf(key), before: ownEntry(before, key), after: ownEntry(after, key) }];
  });
}

/** Items of a list by their names; undefined where not every item has its own. */
function byName(list: unknown): Values | undefined {
  if (!Array.isArray(list)) return undefined;
  const names = list.map((item) => (isMap(item) && typeof item.name === "string" ? item.name : undefined));
  if (names.includes(undefined) || new Set(names).size < names.length) return undefined;
  return Object.fromEntries(list.map((item, index) => [names[index], item]));
}

function join(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}["${key}"]`;
  return path === "" ? key : `${path}.${key}`;
}
