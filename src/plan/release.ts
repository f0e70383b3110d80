import type { ReleaseRecord } from "../helm/record.ts";
import type { Values } from "../overrides/values.ts";
import { changedPaths } from "./changed-paths.ts";
import { dangersOf, RELEASE_RULES } from "./dangers/index.ts";
import type { ReleaseChange } from "./dangers/model.ts";
import type { Danger, Tag } from "./model.ts";
import type { Redactor } from "./redact.ts";

/** Paths that are named before the rest is only counted. */
const NAMED = 5;

/**
 * Why a release is not left alone, as a person would say it; names paths of values, never a value.
 * @param redact for names that stand in values, such as those of variables
 */
export function whatChanged(
  current: ReleaseRecord | undefined,
  desired: { chart: string; chartVersion: string; values: Values },
  redact: Redactor = (text) => text,
): string[] {
  if (!current || current.status === "uninstalled") return ["not installed"];
  const reasons: string[] = [];
  if (current.chart !== desired.chart)
    reasons.push(`chart ${current.chart} ${current.chartVersion} → ${desired.chart} ${desired.chartVersion}`);
  else if (withoutV(current.chartVersion) !== withoutV(desired.chartVersion))
    reasons.push(`chart ${current.chartVersion} → ${desired.chartVersion}`);
  if (current.status !== "deployed") reasons.push(`newest revision ${current.revision} is ${current.status}`);
  const paths = changedPaths(current.values, desired.values);
  if (paths.length > 0) reasons.push(redact(`values: ${shortList(paths)}`));
  return reasons;
}

function shortList(paths: readonly string[]): string {
  const rest = paths.length - NAMED;
  return paths.slice(0, NAMED).join(", ") + (rest > 0 ? ` (${rest} more)` : "");
}

function withoutV(version: string): string {
  return version.replace(/^v/, "");
}

/** What is dangerous about a release as a whole; its objects have dangers of their own. */
export function releaseDangers(change: ReleaseChange, tag: Tag): Danger[] {
  return RELEASE_RULES.flatMap((rule) => dangersOf(rule, rule.check(change, tag)));
}
