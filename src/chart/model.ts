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
  /** Its default at a path; undefined when there is none. */
  defaultAt(path: readonly (string | number)[]): unknown;
  /** Whether any template, schema or default knows a path; `open` below a map that templates print as a whole. */
  knows(path: readonly (string | number)[]): "known" | "open" | "unknown";
  /** The keys it knows below a map, for the nearest name. */
  keysAt(path: readonly (string | number)[]): readonly string[];
}

export interface ChartDependency {
  name: string;
  version: string;
  alias?: string;
  repository?: string;
  /** Dotted path of the value that switches it. */
  condition?: string;
  tags?: readonly string[];
}
