/** Ids of the components, as users write them below `components:`. */
export const COMPONENT_IDS = [
  "gpu-operator",
  "dynamic-mig-operator",
  "fractional-gpu-injector",
  "control-plane",
  "redis",
  "billing",
  "network-isolation",
  "applications",
  "presign-service",
  "custom-events",
  "platform-management",
  "agent",
  "app-gateway",
  "task-traffic-router",
  "serving",
] as const;

export type ComponentId = (typeof COMPONENT_IDS)[number];

/**
 * Generation of ClearML's charts: A to March 2025 (allegroai organisation), B to December 2025 (clearml organisation),
 * C since (OCI registry). `any` for charts of others.
 */
export type Generation = "A" | "B" | "C" | "any";

/** Where one generation of a component's chart comes from. */
export interface ChartSource {
  generation: Generation;
  /** Chart name in its repository. */
  name: string;
  /** `oci://…` prefix, or the address of a classic repository. */
  repository: string;
  /** Edition that uses it; both when left out. */
  edition?: "enterprise" | "community";
  /** Versions this source is known to serve, as a semver range, where generations share a name. */
  versions?: string;
}

export type ValueType = "string" | "boolean" | "integer" | "number" | "map" | "list" | "quantity" | "any";

/** A form of text, and how to say it in a message. */
export interface Pattern {
  expression: RegExp;
  expected: string;
}

/** When a key is needed: other keys of the same values have (or lack) a value. */
export interface Condition {
  /** Without `is`: when the path has any value. */
  when?: { path: string; is?: unknown };
  /** Not needed when one of these has a value. */
  unless?: readonly string[];
}

/** Facts an earlier step of the deployment knows: credentials of the tenant's admin, addresses of the server. */
export type Filled =
  | "access-key"
  | "secret-key"
  | "api-url"
  | "files-url"
  | "web-url"
  | "jwks-key"
  | "redis-password";

/** One key of a chart's values, as far as it is publicly known. */
export interface ValueRule {
  /** Dotted path; `*` stands for any key of a map, `[]` for the items of a list. */
  path: string;
  type: ValueType;
  /** Needed for the chart to work as deployed here; with a condition, only then. */
  required?: true | Condition;
  /** What the deployment fills in when the override files leave the key out. */
  filled?: Filled;
  /** A literal value in a file is a leak. */
  secret?: boolean;
  /** The chart makes the value when the key is absent, but takes an empty text as it is. */
  generated?: boolean;
  /** Allowed words. */
  words?: readonly string[];
  /** What a string must match, and how to say so. */
  pattern?: Pattern;
  /** What the key itself must match, where `*` stands for it. */
  keyPattern?: Pattern;
  minimum?: number;
  maximum?: number;
  /** The object or list item at this path has no keys beside the listed ones. */
  closed?: boolean;
  /** Keys beside the listed ones are fine here (labels, annotations, resources, charts of others). */
  open?: boolean;
  generations?: readonly Generation[];
  /** Chart versions that know the key, as a semver range. */
  versions?: string;
}

/** Everything the toolkit knows about a component. One file below `src/catalogue/` each. */
export interface ComponentDefinition {
  id: ComponentId;
  title: string;
  /** Where it may stand: once per cluster, in each tenant, or both. */
  scope: "cluster" | "tenant" | "both";
  /** How it is put into the cluster: a Helm chart, plain manifests, or uploads through the ClearML API. */
  kind: "chart" | "manifests" | "upload";
  /** Newest first; empty when the chart is handed over as a file or there is none. */
  charts: readonly ChartSource[];
  /** Default namespace and release; a tenant's components default to the tenant's namespace. */
  namespace?: string;
  release: string;
  /** Components that must be ready before this one, where they are part of the environment. */
  needs: readonly ComponentId[];
  /** Keeps data: never rolled back or removed without being asked. */
  stateful?: true;
  /** Known keys of its values; an empty list means none are publicly known. */
  values: readonly ValueRule[];
}
