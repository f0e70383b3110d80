import { isMap } from "../overrides/merge.ts";
import type { Path } from "../yaml/source.ts";

/** Every map and scalar below a value, with its path. */
export function* nodesOf(value: unknown, path: Path = []): Generator<{ value: unknown; path: Path }> {
  yield { value, path };
  const items: Iterable<[string | number, unknown]> = Array.isArray(value)
    ? value.entries()
    : Object.entries(isMap(value) ? value : {});
  for (const [key, item] of items) yield* nodesOf(item, [...path, key]);
}
