import { type SchemaViolation, schemaViolations } from "../../chart/schema-check.ts";
import type { LintRelease } from "../model.ts";

const checked = new WeakMap<LintRelease, SchemaViolation[]>();

/** What the schema of a release's chart says against its values; nothing where the chart is not at hand. */
export function violationsOf(release: LintRelease): readonly SchemaViolation[] {
  const known = checked.get(release);
  if (known) return known;
  const found = release.contents ? schemaViolations(release.contents, release.values) : [];
  checked.set(release, found);
  return found;
}

/** Whether the chart's schema says something against the value at a path. */
export function chartRefuses(release: LintRelease, path: readonly (string | number)[]): boolean {
  return violationsOf(release).some((each) => each.path.join("\0") === path.join("\0"));
}
