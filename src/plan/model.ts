/** What becomes of a release. `repair`: an unfinished operation is marked failed first, then it is upgraded. */
export type ReleaseAction = "install" | "upgrade" | "none" | "uninstall" | "repair";

/** What becomes of an object. `replace`: a field that cannot be changed in place makes it necessary to delete it first. */
export type ObjectAction = "create" | "change" | "replace" | "delete";

/** A reason to look twice. */
export interface Danger {
  /** Slug of the rule, such as `volume-claim-deleted`. */
  rule: string;
  /** `stop`: only an approved plan may do it. `note`: said, not asked. */
  severity: "stop" | "note";
  /** What happens, and what it means. */
  message: string;
  /** What to do first, or instead. */
  hint?: string;
}

/** One object of a release that is not left as it is. */
export interface PlannedObject {
  apiVersion: string;
  kind: string;
  /** Undefined for cluster-wide objects. */
  namespace?: string;
  name: string;
  action: ObjectAction;
  /** Helm runs it at an event (`pre-install`, …); it is no part of the release's manifest. */
  hook?: boolean;
  dangers: readonly Danger[];
  /** Unified diff of its manifest, secrets replaced by keyed tags. */
  diff: string;
}

/** One release of the environment and what becomes of it. */
export interface ReleasePlan {
  component: string;
  tenant?: string;
  namespace: string;
  release: string;
  action: ReleaseAction;
  /** Why it is not left alone: "chart 10.12.6 → 10.12.7", "values changed: apiserver.extraEnvs". Empty for `none`. */
  reasons: readonly string[];
  chart: string;
  chartVersion: string;
  /** `sha256:…` of the chart's package; undefined where nothing had to be fetched and nothing is recorded. */
  chartDigest?: string;
  /** Keyed: nothing can be learnt from it without the environment's secrets. */
  valuesDigest: string;
  /** Newest revision the plan rests on; 0 where there is none. */
  baseRevision: number;
  /** Of the release as a whole: skipped upgrade steps, changed signing secrets. */
  dangers: readonly Danger[];
  objects: readonly PlannedObject[];
  /** What could not be foretold, and why. */
  notices: readonly string[];
}

/** Plain objects that are written without Helm, such as network policies. */
export interface ObjectsPlan {
  component: string;
  tenant?: string;
  objects: readonly PlannedObject[];
}

/** Everything one run would do. */
export interface Plan {
  environment: string;
  /** Of the tenant, for a tenant's plan. */
  tenant?: string;
  releases: readonly ReleasePlan[];
  /** Network policies and the like. */
  manifests: readonly ObjectsPlan[];
  /** Steps of onboarding, in words; empty for a plan of the cluster. */
  tenants: readonly { name: string; steps: readonly { action: string; what: string }[] }[];
}

/** Turns a secret text into a short tag: equal secrets have equal tags, and the text cannot be told from it. */
export type Tag = (secret: string) => string;
