import type { Location } from "../core/errors.ts";
import type { LintRelease } from "../lint/model.ts";
import type { Path } from "../yaml/source.ts";

/** What the chart of a release makes of its values. */
export interface RenderedRelease {
  release: LintRelease;
  objects: readonly RenderedObject[];
  /** SHA-256 of the package of its chart, where it is one. */
  packageDigest?: string;
  /** Why Helm made nothing of the values; there are no objects then. */
  failure?: RenderFailure;
  /** Where objects break the schemas of Kubernetes or of their own resource definitions. */
  violations?: readonly Violation[];
  /** Kinds without a schema, each counted once for the whole environment: at the first release that has it. */
  unknownKinds?: readonly UnknownKind[];
  /** Names of the Secrets that any rendered release puts into this release's namespace. */
  suppliedSecrets?: ReadonlySet<string>;
}

export interface RenderedObject {
  apiVersion: string;
  kind: string;
  name: string;
  /** Undefined where the manifest has none: the namespace of the release, or a cluster-wide object. */
  namespace?: string;
  /** The object as plain data. */
  object: Readonly<Record<string, unknown>>;
  /** Its manifest as printed. */
  text: string;
  /** Template it comes from, such as `clearml/templates/apiserver-deployment.yaml`. */
  template: string;
  /** Events at which Helm runs it (`helm.sh/hook`); undefined for an object of the release itself. */
  hooks?: readonly string[];
  /** The override that caused a value of the object where it can be told, else the component. */
  locate(path: Path): Location;
  /** Every override that may have caused a value; empty when none can be told. */
  origins(path: Path): readonly Location[];
}

/** Helm's refusal to render a release. */
export interface RenderFailure {
  /** Helm's sentence, without what only its authors need. */
  message: string;
  at: Location;
  related?: { at: Location; message: string }[];
}

/** One place of an object that its schema does not allow. */
export interface Violation {
  object: RenderedObject;
  path: Path;
  /** What is wrong, as words that follow the path: "got string, want integer". */
  message: string;
  /** A key that the schema does not know: Helm 3 lets Kubernetes drop it, Helm 4 fails. */
  unknownKey?: string;
}

export interface UnknownKind {
  apiVersion: string;
  kind: string;
  /** Objects of the whole environment. */
  count: number;
}

/** Something that could not be rendered or checked. */
export interface RenderNotice {
  message: string;
  /** Rules that therefore did not see everything. */
  rules: readonly string[];
}
