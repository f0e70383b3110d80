/** A JSON schema, as far as Kubernetes' OpenAPI descriptions use them. */
export interface JsonSchema {
  type?: string | readonly string[];
  properties?: Readonly<Record<string, JsonSchema>>;
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  required?: readonly string[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  $ref?: string;
  [keyword: string]: unknown;
}

/** The kinds of objects that a Kubernetes version serves, and the schemas they are made of. */
export interface ServedSchemas {
  /** Name of the schema by `apps/v1 Deployment`. */
  kinds: Readonly<Record<string, string>>;
  /** By name; a `$ref` is the name of another. */
  definitions: Readonly<Record<string, JsonSchema>>;
}

/** `api/openapi-spec/swagger.json` of Kubernetes. */
export interface OpenApi {
  paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  definitions: Readonly<Record<string, JsonSchema>>;
}

interface GroupVersionKind {
  group: string;
  version: string;
  kind: string;
}

const GROUP_VERSION_KIND = "x-kubernetes-group-version-kind";
const REFERENCE = "#/definitions/";
/** What the API server accepts where the description says less. */
const SPECIAL: Readonly<Record<string, JsonSchema>> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": { type: ["string", "number"] },
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": { type: ["string", "integer"] },
};
const INT32 = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };
/** The characters of base64; Go's decoder passes over line ends. */
const BASE64 = "^[A-Za-z0-9+/\\r\\n]*={0,2}[\\r\\n]*$";

/** The schemas of what can be created in the version a description is of, strict about unknown keys. */
export function openApiSchemas({ paths, definitions }: OpenApi): ServedSchemas {
  const byKind = new Map(
    Object.entries(definitions).flatMap(([name, schema]) => {
      const kinds = schema[GROUP_VERSION_KIND] as GroupVersionKind[] | undefined;
      // Several kinds share what is no object of its own, such as DeleteOptions.
      return kinds?.length === 1 && kinds[0] ? [[keyOf(kinds[0]), name] as const] : [];
    }),
  );
  const kinds: Record<string, string> = {};
  for (const key of createdKinds(paths)) {
    const name = byKind.get(key);
    if (name) kinds[key] = name;
  }
  const needed: Record<string, JsonSchema> = {};
  const visit = (name: string) => {
    if (needed[name] || !definitions[name]) return;
    needed[name] = SPECIAL[name] ?? strict(definitions[name]);
    for (const reference of referencesIn(needed[name])) visit(reference);
  };
  for (const name of Object.values(kinds)) visit(name);
  return { kinds: sorted(kinds), definitions: sorted(needed) };
}

/** Key of a kind: `apps/v1 Deployment`, `v1 Pod`. */
export function kindKey(apiVersion: string, kind: string): string {
  return `${apiVersion} ${kind}`;
}

function keyOf({ group, version, kind }: GroupVersionKind): string {
  return kindKey(group === "" ? version : `${group}/${version}`, kind);
}

/** The kinds that some path creates; sub-resources such as a pod's eviction are no manifests. */
function createdKinds(paths: OpenApi["paths"]): Set<string> {
  const creating = Object.entries(paths).flatMap(([path, { post }]) => {
    const kind = (post as Record<string, GroupVersionKind> | undefined)?.[GROUP_VERSION_KIND];
    return kind && !/\{name\}\//.test(path) ? [keyOf(kind)] : [];
  });
  return new Set(creating);
}

/** A schema without descriptions, closed to unknown keys. */
function strict(schema: JsonSchema): JsonSchema {
  if (schema.$ref !== undefined) return { $ref: schema.$ref.replace(REFERENCE, "") };
  const { type, format, properties, additionalProperties, items, required } = schema;
  return {
    ...(type ? { type } : {}),
    ...(format === "int32" ? INT32 : {}),
    ...(format === "byte" ? { pattern: BASE64 } : {}),
    ...(format === "int-or-string" ? { type: ["string", "integer"] } : {}),
    ...(required ? { required } : {}),
    ...(items ? { items: strict(items) } : {}),
    ...(properties ? { properties: mapped(properties), additionalProperties: false } : {}),
    ...(typeof additionalProperties === "object"
      ? { additionalProperties: strict(additionalProperties) }
      : {}),
  };
}

function mapped(properties: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, strict(value)]));
}

/** The names that a schema refers to. */
export function referencesIn(schema: JsonSchema): string[] {
  const { $ref, properties = {}, items, additionalProperties } = schema;
  const parts = [...Object.values(properties), items, additionalProperties];
  return [
    ...($ref ? [$ref] : []),
    ...parts.flatMap((part) => (typeof part === "object" ? referencesIn(part) : [])),
  ];
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
