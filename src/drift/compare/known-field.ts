import { ownEntry } from "../../overrides/values.ts";
import { type JsonSchema, kindKey, type ServedSchemas } from "../../schemas/open-api.ts";
import { kubernetesSchemas, schemaVersions } from "../../schemas/store.ts";
import type { Place, Step } from "../objects/model.ts";

/**
 * Whether the newest Kubernetes known here has a field. One that it does not have is dropped by the server, and was
 * dropped from the first: a chart that misspells it is not in the cluster as it was written, and never will be.
 */
export function isKnownField(apiVersion: string, kind: string, place: Place): boolean {
  const newest = schemaVersions().at(-1);
  if (!newest) return true;
  const served = kubernetesSchemas(newest);
  const root = ownEntry(served.kinds, kindKey(apiVersion, kind));
  if (root === undefined) return true;
  let schema: JsonSchema | undefined = { $ref: root };
  for (const step of place) {
    const around: JsonSchema = resolved(schema, served);
    // What is described no closer may hold anything.
    if (!around.properties && !around.additionalProperties && !around.items) return true;
    schema = below(around, step);
    if (!schema) return false;
  }
  return true;
}

function resolved(schema: JsonSchema, served: ServedSchemas): JsonSchema {
  return schema.$ref === undefined ? schema : (served.definitions[schema.$ref] ?? {});
}

function below(
  { properties = {}, additionalProperties, items }: JsonSchema,
  step: Step,
): JsonSchema | undefined {
  if (!("field" in step)) return items;
  const known = ownEntry(properties, step.field);
  return known ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);
}
