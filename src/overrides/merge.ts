/**
 * Values of several files as Helm merges `-f` files: maps merge, everything else is replaced. A null stays in the
 * result, because Helm deletes the chart's own default on meeting it.
 */
export function mergeValues(layers: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  let merged = new Map<string, unknown>();
  for (const layer of layers) merged = mergeTwo(merged, layer);
  return Object.fromEntries(merged);
}

function mergeTwo(
  base: ReadonlyMap<string, unknown>,
  layer: Readonly<Record<string, unknown>>,
): Map<string, unknown> {
  const merged = new Map(base);
  for (const [key, value] of Object.entries(layer)) {
    const earlier = merged.get(key);
    merged.set(key, isMap(earlier) && isMap(value) ? mergeValues([earlier, value]) : value);
  }
  return merged;
}

/** Whether a value is a map, and neither list nor scalar. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
