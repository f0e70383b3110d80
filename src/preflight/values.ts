import type { ComponentUse } from "../environment/model.ts";
import { isMap, mergeValues } from "../overrides/merge.ts";
import { valuesLayers } from "../overrides/resolve.ts";
import type { Values } from "../overrides/values.ts";
import type { PreflightInput } from "./model.ts";

/** The values of a component: complete ones where they are known, else what its files say. */
export function valuesOf(input: Pick<PreflightInput, "values">, use: ComponentUse): Values {
  return (
    input.values?.get(use) ??
    mergeValues(
      valuesLayers(use)
        .map(({ value }) => value)
        .filter(isMap),
    )
  );
}

/** Every map of a value, with its path; what lies below a switched-off part is left out. */
export function* partsOf(
  value: unknown,
  path: readonly string[] = [],
): Generator<{ path: readonly string[]; part: Values }> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* partsOf(item, [...path, String(index)]);
  }
  if (!isMap(value) || value.enabled === false) return;
  yield { path, part: value };
  for (const [key, below] of Object.entries(value)) yield* partsOf(below, [...path, key]);
}

/** A text that is there, and no placeholder that nobody has filled in. */
export function knownText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && !value.includes("${") ? value : undefined;
}
