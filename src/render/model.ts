import type { Location } from "../core/errors.ts";
import type { LintRelease } from "../lint/model.ts";

/** What the chart of a release makes of its values. */
export interface RenderedRelease {
  release: LintRelease;
  objects: readonly RenderedObject[];
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
  /** The override that caused a value of the object where it can be told, else the component. */
  locate(path: readonly (string | number)[]): Location;
}
