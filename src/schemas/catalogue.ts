import type { ChartCrd } from "../chart/model.ts";
import { isMap } from "../overrides/merge.ts";
import { crdSchema } from "./crd.ts";
import { type JsonSchema, kindKey, type ServedSchemas } from "./open-api.ts";
import { standalone } from "./pack.ts";

/** The schemas by kind: those of a Kubernetes version, and those of resource definitions. */
export interface SchemaCatalogue {
  has(apiVersion: string, kind: string): boolean;
  /** Stands on its own; undefined when the kind is unknown. */
  schema(apiVersion: string, kind: string): JsonSchema | undefined;
}

/** A later definition of a kind replaces an earlier one; the kinds of Kubernetes itself stay. */
export function schemaCatalogue(served: ServedSchemas, crds: readonly ChartCrd[]): SchemaCatalogue {
  const custom = new Map(
    crds.map(({ group, version, kind, schema }) => [kindKey(`${group}/${version}`, kind), schema]),
  );
  return {
    has: (apiVersion, kind) =>
      Object.hasOwn(served.kinds, kindKey(apiVersion, kind)) || custom.has(kindKey(apiVersion, kind)),
    schema(apiVersion, kind) {
      const key = kindKey(apiVersion, kind);
      const name = Object.hasOwn(served.kinds, key) ? served.kinds[key] : undefined;
      if (name !== undefined) return standalone(name, served.definitions);
      return custom.has(key) ? crdSchema(custom.get(key)) : undefined;
    },
  };
}

/** The custom resources that a rendered CustomResourceDefinition makes, one for each version. */
export function crdsOf(object: Readonly<Record<string, unknown>>): ChartCrd[] {
  const spec = isMap(object.spec) ? object.spec : {};
  const names = isMap(spec.names) ? spec.names : {};
  const { group, versions } = spec;
  if (object.kind !== "CustomResourceDefinition" || typeof group !== "string" || !Array.isArray(versions))
    return [];
  return versions.flatMap((version): ChartCrd[] => {
    const schema = isMap(version) && isMap(version.schema) ? version.schema.openAPIV3Schema : undefined;
    if (!isMap(version) || typeof version.name !== "string" || typeof names.kind !== "string") return [];
    return [{ group, version: version.name, kind: names.kind, schema }];
  });
}
