/** A chart's values, or a part of them. */
export type Values = Readonly<Record<string, unknown>>;

/** The value at a path of keys; undefined when any step is missing. */
export function valueAt(values: Values, path: readonly string[]): unknown {
  let current: unknown = values;
  for (const key of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}

/** The values with `value` at a path, where nothing is there yet (missing, null or empty text). */
export function fillMissing(values: Values, path: readonly string[], value: unknown): Values {
  const [key, ...rest] = path;
  if (key === undefined) return values;
  const present = values[key];
  if (rest.length === 0)
    return present === undefined || present === null || present === "" ? { ...values, [key]: value } : values;
  const inner =
    typeof present === "object" && present !== null && !Array.isArray(present) ? (present as Values) : {};
  return { ...values, [key]: fillMissing(inner, rest, value) };
}
