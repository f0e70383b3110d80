import type { ComponentDefinition, ComponentId } from "../catalogue/model.ts";
import type { Location } from "../core/errors.ts";
import type { YamlSource } from "../yaml/source.ts";

/** One cluster as its `clearml.yaml` describes it, read and checked; no secret value in it. */
export interface Environment {
  /** Path of `clearml.yaml`, relative to the working folder. */
  file: string;
  source: YamlSource;
  name: string;
  edition: "enterprise" | "community";
  baseDomain: string;
  /** `1.34`; undefined when the file does not say. */
  kubernetesVersion?: string;
  variables: Readonly<Record<string, string>>;
  /** Names of the secrets; their values come from the environment of the step. */
  secrets: readonly string[];
  /** Components of the cluster, in the order of the file. */
  components: readonly ComponentUse[];
  tenants: readonly Tenant[];
  lint: LintSettings;
}

export interface LintSettings {
  failOn: "error" | "warning" | "never";
  rules: Readonly<Record<string, "off" | "info" | "warning" | "error">>;
}

/** One use of a component: cluster-wide, or in a tenant. */
export interface ComponentUse {
  id: ComponentId;
  definition: ComponentDefinition;
  /** The tenant's name for a tenant's component. */
  tenant?: string;
  enabled: boolean;
  version?: string;
  /** Chart name, OCI reference, folder or .tgz; paths are resolved against the file they stand in. */
  chart?: string;
  repository?: string;
  namespace: string;
  release: string;
  overrides: readonly OverrideFile[];
  /** Inline values; they win over the files. */
  values?: Readonly<Record<string, unknown>>;
  /** Path of `values` in `source`. */
  source: YamlSource;
  path: readonly (string | number)[];
  needs: readonly ComponentId[];
  /** Milliseconds; undefined leaves it to the action's `timeout`. */
  timeoutMs?: number;
  /** `network-isolation` only: namespace of the ingress controller. */
  ingressNamespace?: string;
  /** `applications` only. */
  archive?: string;
  imageRegistry?: string;
  /** Where it stands in the file. */
  at: Location;
}

/** An override file as named by a component: its path and its parsed text. */
export interface OverrideFile {
  file: string;
  source: YamlSource;
  /** Where it is named. */
  at: Location;
}

export interface Tenant {
  name: string;
  namespace: string;
  company: string;
  admin: { name: string; email: string };
  domains: readonly string[];
  queues: readonly string[];
  /** What the namespace may take at most: `hard` of a ResourceQuota. */
  quota?: Readonly<Record<string, string>>;
  components: readonly ComponentUse[];
  source: YamlSource;
  /** Path of the tenant within `source`: empty for a file of its own. */
  path: readonly (string | number)[];
  at: Location;
}
