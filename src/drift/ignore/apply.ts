import type { Problem } from "../../core/errors.ts";
import type { Finding } from "../model.ts";
import type { IgnoredUse } from "../report/model.ts";
import { fits } from "./match.ts";
import type { IgnoreRule, IgnoreRules } from "./model.ts";

export interface Sorted {
  /** Findings that no rule hides. */
  kept: readonly Finding[];
  /** What became of each rule, in the order of the file. */
  ignored: readonly IgnoredUse[];
  /** Rules that have expired or hide nothing, each at its place: for annotations. */
  warnings: readonly Problem[];
}

/**
 * Takes out the findings that a rule hides. A rule hides nothing after its day.
 * @param sawAll whether this run has looked at everything: only then a rule that hid nothing is of no use
 */
export function applyIgnore(
  rules: IgnoreRules,
  findings: readonly Finding[],
  { now, sawAll }: { now: Date; sawAll: boolean },
): Sorted {
  const today = now.toISOString().slice(0, 10);
  const judged = rules.map((rule) => {
    const expired = rule.until < today;
    const matching = findings.filter((finding) => fits(rule.selectors, finding));
    return { rule, expired, matching };
  });
  const hidden = new Set(judged.flatMap(({ expired, matching }) => (expired ? [] : matching)));
  return {
    kept: findings.filter((finding) => !hidden.has(finding)),
    ignored: judged.map(({ rule: { at, reason, until }, expired, matching }) => {
      return { at, reason, until, uses: expired ? 0 : matching.length, expired };
    }),
    warnings: judged.flatMap(({ rule, expired, matching }) => {
      if (expired) return [expiredRule(rule, matching.length > 0)];
      return matching.length === 0 && sawAll ? [unusedRule(rule)] : [];
    }),
  };
}

function expiredRule({ until, reason, at }: IgnoreRule, stillThere: boolean): Problem {
  const again = stillThere ? "what it was for is still there, and counts" : "what it was for is gone";
  return {
    message: `this ignore rule (${reason}) has expired on ${until}: ${again}`,
    hint: stillThere ? "put the drift right, or set a later day" : "delete it",
    at,
  };
}

function unusedRule({ reason, at }: IgnoreRule): Problem {
  return {
    message: `this ignore rule (${reason}) hides nothing`,
    hint: "delete it, or correct what it looks for; the report names items of lists as in /containers/name=web",
    at,
  };
}
