import { isMap } from "../overrides/merge.ts";
import type { RenderedObject, Violation } from "./model.ts";

/** Objects as kubeconform is given them: one JSON document each, named by their place in the list. */
export interface ValidationInput {
  documents: readonly string[];
  /** What had to be settled beforehand, because kubeconform could not say it. */
  violations: readonly Violation[];
}

/**
 * Writes objects for kubeconform. Its answers name an object by its name alone, so that is replaced by a number.
 * Nulls are left out: the API server takes them as not being there. The status too: it ignores it.
 */
export function validationInput(objects: readonly RenderedObject[]): ValidationInput {
  const violations = objects.flatMap(headerViolations);
  const wrong = new Set(violations.map(({ object }) => object));
  const documents = objects.flatMap((each, index) => {
    if (wrong.has(each)) return [];
    const { status: _, ...object } = withoutNulls(each.object) as Record<string, unknown>;
    const { generateName: __, ...metadata } = (object.metadata ?? {}) as Record<string, unknown>;
    return [JSON.stringify({ ...object, metadata: { ...metadata, name: String(index) } })];
  });
  return { documents, violations };
}

/** What kubeconform needs to be texts. */
function headerViolations(object: RenderedObject): Violation[] {
  const { metadata } = object.object;
  if (metadata !== undefined && metadata !== null && !isMap(metadata))
    return [{ object, path: ["metadata"], message: `got ${typeName(metadata)}, want object` }];
  return (["name", "namespace", "generateName"] as const).flatMap((key): Violation[] => {
    const value = isMap(metadata) ? (metadata[key] ?? "") : "";
    if (typeof value === "string") return [];
    return [{ object, path: ["metadata", key], message: `got ${typeName(value)}, want string` }];
  });
}

/** The words of JSON schema validators. */
function typeName(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return value === null ? "null" : typeof value;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, withoutNulls(item)]])),
  );
}
