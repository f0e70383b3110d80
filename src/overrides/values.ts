import type { Path } from "../yaml/source.ts";
import { isMap } from "./merge.ts";

/** A chart's values, or a part of them. */
export type Values = Readonly<Record<string, unknown>>;

/** The value at a path of keys and indices; undefined when any step is missing. */
export function valueAt(values: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (current, step) =>
      typeof current === "object" && current !== null && Object.hasOwn(current, step)
        ? (current as Record<string | number, unknown>)[step]
        : undefined,
    values,
  );
}

/** Whether a value holds something at a path, be it null. */
export function hasPath(value: unknown, path: Path): boolean {
  let current = value;
  for (const step of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, step)) return false;
    current = (current as Record<string | number, unknown>)[step];
  }
  return true;
}

/** The values with `value` at a path, where nothing is there yet (missing, null or empty text). */
export function fillMissing(values: Values, path: readonly string[], value: unknown): Values {
  const [key, ...rest] = path;
  if (key === undefined) return values;
  const present = values[key];
  if (rest.length === 0)
    return present === undefined || present === null || present === "" ? { ...values, [key]: value } : values;
  return { ...values, [key]: fillMissing(isMap(present) ? present : {}, rest, value) };
}

/** The entry of a table for a key that a user wrote; what every object inherits (`constructor`) is no entry. */
export function ownEntry<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
