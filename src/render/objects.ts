import type { LintRelease } from "../lint/model.ts";
import type { RenderedObject } from "./model.ts";

/** The objects in what `helm template` printed for a release. */
export function objectsOf(_manifests: string, _release: LintRelease): RenderedObject[] {
  return [];
}
