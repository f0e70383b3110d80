import type { Context } from "../core/context.ts";
import type { FailureKind, Location, UserError } from "../core/errors.ts";
import type { Addresses } from "../deploy/addresses.ts";
import type { ComponentUse, Environment } from "../environment/model.ts";
import type { ChartMetadata, Helm } from "../helm/helm.ts";
import type { ReleaseRecord } from "../helm/record.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import type { Values } from "../overrides/values.ts";
import type { Resolver } from "./resolver.ts";

/** Something that stands in a deployment's way, or may. */
export interface PreflightFinding {
  /** Slug of the check, such as `storage-class`. */
  check: string;
  /** `error`: the deployment cannot succeed. `warning`: it can, and something will not work. */
  severity: "error" | "warning" | "info";
  message: string;
  /** What to do about it. */
  hint?: string;
  /** YAML that repairs it, to copy: an RBAC rule, a label. */
  snippet?: string;
  at?: Location;
  /** Of an error: what kind of failure it is. Without it the cluster is to blame. */
  kind?: FailureKind;
}

/** What is looked at before anything is written. */
export interface PreflightInput {
  context: Pick<Context, "env" | "http" | "log" | "signal">;
  environment: Environment;
  kubernetes: Kubernetes;
  helm: Helm;
  /** The components that this run deploys. */
  uses: readonly ComponentUse[];
  /** The chart of each release that had to be asked for, or why it cannot be had. */
  charts: ReadonlyMap<ComponentUse, ChartMetadata | UserError>;
  /** The newest revision of each release that is there. */
  records: ReadonlyMap<ComponentUse, ReleaseRecord>;
  /** Of the control plane; left out where the run does not touch it. */
  addresses?: Addresses;
  /** Values with every placeholder replaced. Without them, what the override files say. */
  values?: ReadonlyMap<ComponentUse, Values>;
  /** `plan`: nothing is going to be written, so a missing right to write is a warning. Default `apply`. */
  mode?: "plan" | "apply";
  /** Default: asks the DNS as this machine is told to. */
  resolver?: Resolver;
  now?: Date;
}

/** The same, with what several checks want to know of the cluster: read when first asked for. */
export interface Look extends PreflightInput {
  /** The namespaces that the run writes to and that are there. */
  namespaces(): Promise<ReadonlyMap<string, KubernetesObject>>;
}

/** One thing that is looked at. */
export interface Check {
  name: string;
  /** What it looks at, in words, and the right that takes: said when it could not look. */
  looksAt: string;
  needs: string;
  /** Reads what it needs, then judges it. May throw: then it could not look. */
  find(look: Look): Promise<readonly PreflightFinding[]>;
}
