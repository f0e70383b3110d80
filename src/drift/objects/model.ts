import type { ComponentUse } from "../../environment/model.ts";
import type { ReleaseRecord } from "../../helm/record.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";

/** An object of a release's stored manifest as Helm writes it: with namespace, Helm's label and annotations. */
export interface WantedObject {
  use: ComponentUse;
  record: ReleaseRecord;
  /** Group, kind, namespace and name. */
  identity: string;
  object: KubernetesObject;
}

/** A live object with its field managers. */
export interface LiveObject extends KubernetesObject {
  metadata: KubernetesObject["metadata"] & { managedFields?: readonly ManagedFields[] };
}

/** An entry of `metadata.managedFields` as the server keeps it. */
export interface ManagedFields {
  manager?: string;
  operation?: "Apply" | "Update";
  time?: string;
  subresource?: string;
  fieldsV1?: Readonly<Record<string, unknown>>;
}

/** Who has written a field last. */
export interface Owner {
  manager: string;
  operation: "Apply" | "Update";
  subresource?: string;
  /** ISO 8601. */
  time?: string;
}

/** A field of a manifest that the cluster has otherwise. */
export interface Difference {
  place: Place;
  /** Of the manifest; undefined for what a manifest does not say (an addition). */
  expected: unknown;
  /** Undefined where it is not there. */
  actual: unknown;
}

/**
 * A step into an object: a key of a map, an item of a list by its keys (as the API server merges it), an item of a set
 * by its value, or an item of any other list by its index.
 */
export type Step =
  | { field: string }
  | { key: Readonly<Record<string, unknown>> }
  | { value: unknown }
  | { index: number };

/** Steps from the root of an object. */
export type Place = readonly Step[];
