import { isMap } from "../overrides/merge.ts";
import { ANY } from "./template-flow.ts";
import { grow, type ValuesNode } from "./values-tree.ts";

/** Schemas that refer to themselves are followed so far. */
const MAX_DEPTH = 12;

/** Notes the keys a JSON schema names. It says nothing about whether others are allowed: the schema check does. */
export function addSchemaKeys(root: ValuesNode, schema: unknown, path: readonly string[] = []): void {
  visit(root, schema, schema, path, 0);
}

function visit(
  root: ValuesNode,
  whole: unknown,
  schema: unknown,
  path: readonly string[],
  depth: number,
): void {
  if (!isMap(schema) || depth > MAX_DEPTH) return;
  const below = (part: unknown, key?: string) =>
    visit(root, whole, part, key === undefined ? path : [...path, key], depth + 1);
  if (typeof schema.$ref === "string") {
    const target = resolveRef(whole, schema.$ref);
    // A schema that lies elsewhere may know any key.
    if (target === undefined) grow(root, path).open = true;
    else below(target);
  }
  for (const word of ["allOf", "anyOf", "oneOf"] as const) {
    const parts = schema[word];
    for (const part of Array.isArray(parts) ? parts : []) below(part);
  }
  for (const word of ["if", "then", "else"] as const) below(schema[word]);
  for (const [key, part] of Object.entries(isMap(schema.properties) ? schema.properties : {})) {
    grow(root, [...path, key]);
    below(part, key);
  }
  if (isMap(schema.patternProperties)) grow(root, path).open = true;
  if (isMap(schema.additionalProperties)) {
    grow(root, [...path, ANY]);
    below(schema.additionalProperties, ANY);
  }
  if (isMap(schema.items)) below(schema.items, ANY);
}

/** What `#/definitions/x` refers to; undefined for what is not in the schema. */
function resolveRef(whole: unknown, ref: string): unknown {
  if (!ref.startsWith("#")) return undefined;
  return ref
    .slice(1)
    .split("/")
    .filter((step) => step !== "")
    .reduce<unknown>((at, step) => {
      const key = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
      return isMap(at) ? at[key] : Array.isArray(at) ? at[Number(key)] : undefined;
    }, whole);
}
