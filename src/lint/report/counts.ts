import type { Level } from "../../core/host.ts";
import { plural } from "../../core/plural.ts";
import type { Finding } from "../model.ts";

/** The levels, most severe first. */
export const LEVELS: readonly Level[] = ["error", "warning", "info"];

/** Findings with the most severe first; places keep their order. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => LEVELS.indexOf(a.severity) - LEVELS.indexOf(b.severity));
}

/** `2 errors, 1 warning`; levels without findings are left out. */
export function counted(findings: readonly Pick<Finding, "severity">[]): string {
  const words = { error: "error", warning: "warning", info: "note" } as const;
  const parts = LEVELS.flatMap((level) => {
    const count = findings.filter((each) => each.severity === level).length;
    return count === 0 ? [] : [plural(count, words[level])];
  });
  return parts.length === 0 ? "no findings" : parts.join(", ");
}
