import { isDeepStrictEqual } from "node:util";
import { isMap } from "../overrides/merge.ts";
import type { Values } from "../overrides/values.ts";

/** Paths at which two values differ, as JSON sees them. Lists of named items are compared by name. */
export function changedPaths(before: Values, after: Values): string[] {
  return differences(asJson(before), asJson(after), "");
}

/** What is undefined, and how a number is written, does not reach Helm. */
function asJson(values: Values): unknown {
  return JSON.parse(JSON.stringify(values));
}

function differences(before: unknown, after: unknown, path: string): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isMap(before) && isMap(after)) return changedKeys(before, after, (key) => join(path, key));
  const [old, new_] = [byName(before), byName(after)];
  if (!old || !new_) return [path];
  const named = changedKeys(old, new_, (name) => `${path}[${name}]`);
  return named.length > 0 ? named : [`${path} (order)`];
}

function changedKeys(before: Values, after: Values, pathOf: (key: string) => string): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const isBoth = Object.hasOwn(before, key) && Object.hasOwn(after, key);
    return isBoth ? differences(before[key], after[key], pathOf(key)) : [pathOf(key)];
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
