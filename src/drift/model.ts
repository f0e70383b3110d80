import type { Context } from "../core/context.ts";
import type { ComponentUse, Environment, Tenant } from "../environment/model.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import type { KeyedTag } from "../plan/tags.ts";

/**
 * `release`: its record is not what the files say. `missing`: an object of it is gone. `modified`: a field of its
 * manifest has another value. `foreign-added`: somebody has added what no manifest says. `pending`: an operation was
 * begun and not ended. `mig`, `tenant`, `credential`: what lies beside Helm.
 */
export type DriftClass =
  | "release"
  | "missing"
  | "modified"
  | "foreign-added"
  | "pending"
  | "mig"
  | "tenant"
  | "credential";

/** What names an object in a report. */
export interface ObjectId {
  apiVersion: string;
  kind: string;
  /** Undefined for cluster-wide objects. */
  namespace?: string;
  name: string;
}

/** What names an object. */
export function objectId({ apiVersion, kind, metadata }: KubernetesObject): ObjectId {
  const { namespace, name } = metadata;
  return { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name };
}

/** `Deployment clearml/apiserver`. */
export function objectText({ kind, namespace, name }: Omit<ObjectId, "apiVersion">): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** Whose a finding about a component is. */
export function ownerOf({ id, tenant }: ComponentUse): Pick<Finding, "component" | "tenant"> {
  return { component: id, ...(tenant === undefined ? {} : { tenant }) };
}

/** One thing that is not as it should be. Texts hold no secret: each is replaced by its keyed tag. */
export interface Finding {
  class: DriftClass;
  /** Catalogue id; `tenant` for what a tenant has on the ClearML server. */
  component: string;
  tenant?: string;
  object?: ObjectId;
  /** A JSON pointer into the object (items of keyed lists as `name=web`), or a path of values (`values.a.b`). */
  path?: string;
  expected?: string;
  actual?: string;
  /** Field manager that wrote it. */
  manager?: string;
  /** When, ISO 8601. */
  since?: string;
  /** Whether an upgrade puts it right; `conflict`: it would be refused, because somebody else owns the field. */
  upgradeRepairs: boolean | "conflict";
  /** One sentence: what is wrong. */
  message: string;
  /** What to do, where there is more to it than an upgrade. */
  hint?: string;
  /** `false` where the server could not be asked for its opinion (no right to dry-run). */
  proved?: boolean;
}

/** What could not be read, and why: the run is not complete. */
export interface Unread {
  /** Such as `Secrets of namespace acme`, `tenant acme on the ClearML server`. */
  scope: string;
  /** In the words of the server, with the repair where there is one. */
  reason: string;
}

/** What one part of a scan has found. */
export interface Found {
  findings: readonly Finding[];
  unread: readonly Unread[];
  /** What is worth a line and is no drift: left-over hooks, writes of controllers that never settle. */
  notes: readonly string[];
}

export const NOTHING: Found = { findings: [], unread: [], notes: [] };

/** What several parts have found, in their order. */
export function together(parts: readonly Found[]): Found {
  return {
    findings: parts.flatMap(({ findings }) => findings),
    unread: parts.flatMap(({ unread }) => unread),
    notes: parts.flatMap(({ notes }) => notes),
  };
}

/** What all parts of one scan share. Nothing is written through it. */
export interface Scan {
  context: Context;
  environment: Environment;
  /** Values of the declared secrets that the step was given; a scan works without them, and sees less. */
  secrets: ReadonlyMap<string, string>;
  kubernetes: Kubernetes;
  /** Enabled components in scope: those of the cluster, then those of the tenants. */
  uses: readonly ComponentUse[];
  tenants: readonly Tenant[];
  /** Tells equal secrets from different ones. */
  tag: KeyedTag;
  now: Date;
  options: {
    /** Certificates must be good for this many days. */
    tlsDays: number;
    /** Address of the ClearML API as the runner reaches it; undefined for the public one. */
    apiUrl?: string | undefined;
    /** Field managers whose additions count as made by hand, beside the usual ones. */
    managers: readonly string[];
  };
}
