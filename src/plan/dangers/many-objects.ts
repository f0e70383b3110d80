import type { PlannedObject } from "../model.ts";
import type { ReleaseRule } from "./model.ts";

/** From here on nobody reads a plan line by line. */
const MANY = 60;

export const manyObjects: ReleaseRule = {
  rule: "many-objects",
  severity: "note",
  *check({ current, objects = [] }) {
    const own = objects.filter(({ hook }) => !hook);
    const touched = own.filter(isMoreThanVersion).length;
    if (current && touched >= MANY)
      yield {
        message: `${touched} objects change at once`,
        hint: "look at the deleted and replaced ones first",
      };
    const deleted = own.filter(({ action }) => action === "delete").length;
    if (deleted > 0 && deleted === own.length && deleted === (current ? countOf(current.manifest) : 0)) {
      yield {
        message: `all ${deleted} objects of the release are deleted`,
        hint: "make sure that nothing else uses them",
      };
    }
  },
};

/** Every upgrade writes the chart's version on every object. */
function isMoreThanVersion({ action, diff }: PlannedObject): boolean {
  if (action !== "change") return true;
  return diff
    .split("\n")
    .some((line) => /^[+-]/.test(line) && !/(helm\.sh\/chart|app\.kubernetes\.io\/version):/.test(line));
}

function countOf(manifest: string): number {
  return manifest.match(/^kind:/gm)?.length ?? 0;
}
