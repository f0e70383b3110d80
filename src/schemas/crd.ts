import { isMap } from "../overrides/merge.ts";
import type { JsonSchema } from "./open-api.ts";

/** Keywords of an `openAPIV3Schema` that say the same in JSON schema draft 4, which kubeconform reads. */
const KEPT = [
  "type",
  "enum",
  "pattern",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
  "multipleOf",
  "minimum",
  "exclusiveMinimum",
  "maximum",
  "exclusiveMaximum",
] as const;
const BRANCHES = ["allOf", "anyOf", "oneOf"] as const;
/** What the API server checks of every object, whatever its definition says. */
const HEADER: Readonly<Record<string, JsonSchema>> = {
  apiVersion: { type: "string" },
  kind: { type: "string" },
  metadata: { type: "object" },
};

/** The schema of a custom resource, strict about unknown keys: the API server drops what it does not know. */
export function crdSchema(openApi: unknown): JsonSchema {
  const { required = [], properties, ...schema } = converted(openApi, true);
  return {
    ...schema,
    // Nobody writes the status of an object into its manifest.
    ...requiring(required.filter((key) => key !== "status")),
    ...(properties ? { properties: { ...properties, ...HEADER } } : {}),
  };
}

/** @param closing whether unknown keys are refused; not in the branches of a choice, each of which knows a part */
function converted(value: unknown, closing: boolean): JsonSchema {
  if (!isMap(value)) return {};
  const kept = Object.fromEntries(KEPT.flatMap((key) => (key in value ? [[key, value[key]]] : [])));
  const branches = Object.fromEntries(
    BRANCHES.flatMap((key) => {
      const list = value[key];
      return Array.isArray(list) ? [[key, list.map((each) => converted(each, false))]] : [];
    }),
  );
  return {
    ...kept,
    ...typeOf(value),
    ...requiring(value.required),
    ...branches,
    ...(isMap(value.not) ? { not: converted(value.not, false) } : {}),
    ...(isMap(value.items) ? { items: converted(value.items, closing) } : {}),
    ...keysOf(value, closing),
  };
}

/** Draft 4 allows no empty list here. */
function requiring(required: unknown): JsonSchema {
  return Array.isArray(required) && required.length > 0 ? { required } : {};
}

function typeOf(value: Record<string, unknown>): JsonSchema {
  return value["x-kubernetes-int-or-string"] === true ? { type: ["string", "integer"] } : {};
}

function keysOf(value: Record<string, unknown>, closing: boolean): JsonSchema {
  const { properties, additionalProperties } = value;
  const embedded = value["x-kubernetes-embedded-resource"] === true ? HEADER : {};
  const known = isMap(properties)
    ? {
        ...embedded,
        ...Object.fromEntries(
          Object.entries(properties).map(([key, part]) => [key, converted(part, closing)]),
        ),
      }
    : undefined;
  const closed = closing && known && value["x-kubernetes-preserve-unknown-fields"] !== true;
  return {
    ...(known ? { properties: known } : {}),
    ...(isMap(additionalProperties)
      ? { additionalProperties: converted(additionalProperties, closing) }
      : closed && additionalProperties === undefined
        ? { additionalProperties: false }
        : {}),
  };
}
