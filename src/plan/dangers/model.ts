import type { ComponentUse } from "../../environment/model.ts";
import type { ReleaseRecord } from "../../helm/record.ts";
import type { Values } from "../../overrides/values.ts";
import type { ManifestObject } from "../manifest.ts";
import type { Danger, ObjectAction, PlannedObject, Tag } from "../model.ts";

/** What a rule found: the message, and what to do first or instead. */
export interface Found {
  message: string;
  hint?: string;
  /** Where it weighs more or less than the rule usually does. */
  severity?: Danger["severity"];
}

/** An object of a release and what becomes of it. */
export interface ObjectChange {
  action: ObjectAction;
  kind: string;
  namespace?: string;
  name: string;
  before?: ManifestObject;
  after?: ManifestObject;
  /** Paths of fields that change and cannot be changed in place. */
  immutable: readonly string[];
  /** All objects of the release, as they are and as they are to be. */
  release: { before(): readonly ManifestObject[]; after(): readonly ManifestObject[] };
}

/** One rule about objects; one file below `src/plan/dangers/`. */
export interface ObjectRule {
  /** Slug of the danger. */
  rule: string;
  severity: Danger["severity"];
  /** Looks at what Helm runs at an event too. */
  hooks?: true;
  check(change: ObjectChange): Iterable<Found>;
}

/** A release and what becomes of it. */
export interface ReleaseChange {
  use: ComponentUse;
  /** Its newest revision; undefined for an installation. */
  current?: ReleaseRecord;
  chart: { name: string; version: string };
  values: Values;
  /** What becomes of its objects, where that is known. */
  objects?: readonly PlannedObject[];
  /** Newest revisions of the other releases in its namespace, where they are known. */
  others?: readonly ReleaseRecord[];
}

/** One rule about a release as a whole. */
export interface ReleaseRule {
  rule: string;
  severity: Danger["severity"];
  check(change: ReleaseChange, tag: Tag): Iterable<Found>;
}

/** An object as messages name it: `PersistentVolumeClaim clearml/data`. */
export function nameOf({ kind, namespace, name }: Pick<ObjectChange, "kind" | "namespace" | "name">): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** The object in a `kubectl` command: `statefulset data --namespace clearml`. */
export function kubectlName({
  kind,
  namespace,
  name,
}: Pick<ObjectChange, "kind" | "namespace" | "name">): string {
  return `${kind.toLowerCase()} ${name}${namespace === undefined ? "" : ` --namespace ${namespace}`}`;
}
