import { isMap } from "../../overrides/merge.ts";
import type { ReleaseValues } from "../model.ts";

/** Whether a path lies below a feature that is switched off: nobody reads it. */
export function isInert(release: Pick<ReleaseValues, "values">, path: readonly (string | number)[]): boolean {
  let current: unknown = release.values;
  for (const [depth, step] of path.entries()) {
    if (isMap(current) && isOff(current) && depth > 0) return true;
    if (typeof current !== "object" || current === null) return false;
    current = (current as Record<string | number, unknown>)[step];
  }
  return false;
}

function isOff(block: Record<string, unknown>): boolean {
  return block.enabled === false || block.portModeEnabled === false;
}
