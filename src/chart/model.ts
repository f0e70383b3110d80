/** A chart as read from a folder or a package, without Helm. */
export interface ChartContents {
  name: string;
  version: string;
  appVersion?: string;
  /** Range of Kubernetes versions it accepts. */
  kubeVersion?: string;
  dependencies: readonly ChartDependency[];
  /** SHA-256 of the package, or of the files of a folder. */
  digest: string;
  /** Its default values; those of its dependencies below their name or alias. */
  values: Readonly<Record<string, unknown>>;
  /** Its `values.schema.json`, parsed. */
  schema?: unknown;
  /** The charts it brings along in `charts/`, by the key their values stand below. */
  subcharts: readonly Subchart[];
  /** The resource definitions in its `crds/` and those of its subcharts, one for each version. */
  crds: readonly ChartCrd[];
  /** Why not everything of it could be read; its unknown keys are `open` then. */
  incomplete?: string;
  /** Its default at a path; undefined when there is none. */
  defaultAt(path: readonly (string | number)[]): unknown;
  /** Whether any template, schema or default knows a path; `open` below a map that templates print as a whole. */
  knows(path: readonly (string | number)[]): "known" | "open" | "unknown";
  /** The keys it knows below a map, for the nearest name. */
  keysAt(path: readonly (string | number)[]): readonly string[];
  /** How templates use the value at a path: not at all, on its own, or printed as YAML with all that is below it. */
  usedAt(path: readonly (string | number)[]): "never" | "read" | "yaml";
}

export interface ChartDependency {
  name: string;
  version: string;
  alias?: string;
  repository?: string;
  /** Dotted paths of values that switch it, parted by commas; the first that is set counts. */
  condition?: string;
  tags?: readonly string[];
  /** Values of the subchart that its parent takes over: a name below its `exports`, or a pair of paths. */
  importValues?: readonly (string | { child: string; parent: string })[];
}

/** A chart in the `charts/` of another. */
export interface Subchart {
  /** Its alias or name: the key of its values in the parent's. */
  key: string;
  chart: ChartContents;
  /** What the parent says about it; undefined when it merely lies in the folder. */
  dependency?: ChartDependency;
}

/** One version of a custom resource, with the schema of its objects. */
export interface ChartCrd {
  kind: string;
  group: string;
  version: string;
  /** `openAPIV3Schema` of the version. */
  schema: unknown;
}
