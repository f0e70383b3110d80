import { isDeepStrictEqual } from "node:util";
import { isMap } from "../../overrides/merge.ts";
import type { Place, Step } from "../objects/model.ts";
import { hasKeys } from "../objects/place.ts";

/**
 * The places that a refused apply names as unknown to the cluster, as `schemaPath` writes them. An apply is refused for
 * such a field; every other write drops it, so a chart that was always applied by the client may have it for years.
 */
export function unknownFields(words: string): string[] {
  const complaint = words.split(/failed to create typed patch object \([^)]*\): /)[1] ?? "";
  return [...complaint.matchAll(/(\.[^\n]*?): field not declared in schema/g)].map(([, path = ""]) => path);
}

/** A place as the API server's messages write it: `.spec.containers[name="main"].image`. */
export function schemaPath(place: Place): string {
  return place.map(stepText).join("");
}

function stepText(step: Step): string {
  if ("field" in step) return `.${step.field}`;
  if ("index" in step) return `[${step.index}]`;
  if ("value" in step) return `[=${JSON.stringify(step.value)}]`;
  const keys = Object.entries(step.key).sort(([a], [b]) => (a < b ? -1 : 1));
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",")}]`;
}

/** A value without what stands at a place. */
export function without(value: unknown, [step, ...rest]: Place): unknown {
  if (!step) return undefined;
  if (isMap(value)) {
    if (!("field" in step)) return value;
    const entries = Object.entries(value).map(([name, each]) => [
      name,
      name === step.field ? without(each, rest) : each,
    ]);
    return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
  }
  if (!Array.isArray(value)) return value;
  return value
    .map((item, index) => (isItem(item, index, step) ? without(item, rest) : item))
    .filter((item) => item !== undefined);
}

function isItem(item: unknown, index: number, step: Step): boolean {
  if ("index" in step) return step.index === index;
  if ("value" in step) return isDeepStrictEqual(item, step.value);
  return "key" in step && isMap(item) && hasKeys(item, step.key);
}
