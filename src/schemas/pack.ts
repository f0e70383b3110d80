import type { JsonSchema, ServedSchemas } from "./open-api.ts";

/** A minor version of Kubernetes: `1.34`. */
export type MinorVersion = `${number}.${number}`;

/** Schemas of several versions; what is equal in some of them is there once. */
export interface PackedSchemas {
  versions: readonly MinorVersion[];
  /** For each kind its definition, and the versions (by index) that serve it. */
  kinds: Readonly<Record<string, { definition: string; served: readonly number[] }>>;
  /** For each definition its forms, and the versions (by index) that have each. */
  definitions: Readonly<Record<string, readonly { schema: JsonSchema; versions: readonly number[] }[]>>;
}

/** Packs the schemas of versions, oldest first. */
export function packSchemas(byVersion: ReadonlyMap<MinorVersion, ServedSchemas>): PackedSchemas {
  const kinds: Record<string, { definition: string; served: number[] }> = {};
  const definitions: Record<string, { schema: JsonSchema; versions: number[] }[]> = {};
  for (const [index, served] of [...byVersion.values()].entries()) {
    for (const [key, definition] of Object.entries(served.kinds)) {
      kinds[key] ??= { definition, served: [] };
      kinds[key].served.push(index);
    }
    for (const [name, schema] of Object.entries(served.definitions)) {
      definitions[name] ??= [];
      const same = definitions[name].find((form) => JSON.stringify(form.schema) === JSON.stringify(schema));
      if (same) same.versions.push(index);
      else definitions[name].push({ schema, versions: [index] });
    }
  }
  return { versions: [...byVersion.keys()], kinds, definitions };
}

/** The schemas of one version. */
export function unpackSchemas(packed: PackedSchemas, version: MinorVersion): ServedSchemas {
  const index = packed.versions.indexOf(version);
  const kinds = Object.entries(packed.kinds).flatMap(([key, { definition, served }]) =>
    served.includes(index) ? [[key, definition] as const] : [],
  );
  const definitions = Object.entries(packed.definitions).flatMap(([name, forms]) => {
    const form = forms.find(({ versions }) => versions.includes(index));
    return form ? [[name, form.schema] as const] : [];
  });
  return { kinds: Object.fromEntries(kinds), definitions: Object.fromEntries(definitions) };
}

/**
 * A schema that stands on its own: what it refers to is put in place. Where a schema holds itself, anything goes.
 * In place, because kubeconform says where a fault is only for schemas without references.
 */
export function standalone(name: string, definitions: ServedSchemas["definitions"]): JsonSchema {
  return inlined({ $ref: name }, definitions, []);
}

function inlined(
  schema: JsonSchema,
  definitions: ServedSchemas["definitions"],
  within: readonly string[],
): JsonSchema {
  if (schema.$ref !== undefined) {
    const target = definitions[schema.$ref];
    if (!target || within.includes(schema.$ref)) return {};
    return inlined(target, definitions, [...within, schema.$ref]);
  }
  const { properties, items, additionalProperties, ...rest } = schema;
  const place = (part: JsonSchema) => inlined(part, definitions, within);
  return {
    ...rest,
    ...(items ? { items: place(items) } : {}),
    ...(properties
      ? {
          properties: Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, place(part)])),
        }
      : {}),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties:
            typeof additionalProperties === "object" ? place(additionalProperties) : additionalProperties,
        }),
  };
}
