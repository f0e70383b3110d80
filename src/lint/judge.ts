import type { Environment } from "../environment/model.ts";
import { type LintResult, reportOf } from "./engine.ts";
import type { Repair } from "./fix/plan.ts";
import type { Finding, FindingsReport } from "./model.ts";
import { concerns } from "./scope/changed.ts";
import { type Baseline, type BaselineEntry, compare } from "./suppress/baseline.ts";

/** What findings are held against. */
export interface Yardstick {
  baseline?: Baseline;
  /** Files that have changed; everything is reported when left out. */
  changed?: ReadonlySet<string>;
  environment?: Environment;
  /** Repairs that were written already. */
  fixed?: number;
}

/** What is to be reported, and what became of the rest. */
export interface Outcome {
  report: FindingsReport;
  result: LintResult;
  /** Findings that the baseline knows. */
  known: readonly Finding[];
  /** Entries of the baseline that are found no longer. */
  gone: readonly BaselineEntry[];
  /** Repairs of the findings that are reported. */
  repairs: readonly Repair[];
}

/** Leaves out of a result what the baseline knows and what has nothing to do with the change. */
export function judge(result: LintResult, { baseline, changed, environment, fixed = 0 }: Yardstick): Outcome {
  const isConcerned = changed ? concerns(changed, environment) : () => true;
  const unchecked = new Set(result.notChecked.map(({ rule }) => rule));
  const { fresh, known, gone } = baseline
    ? compare(
        result.findings,
        baseline,
        ({ rule, file }) => !unchecked.has(rule) && (environment !== undefined || result.texts.has(file)),
      )
    : { fresh: result.findings, known: [], gone: [] };
  const findings = fresh.filter(isConcerned);
  return {
    report: {
      ...reportOf(findings, result.silenced.length, result.notChecked),
      baselined: known.length,
      fixed,
    },
    result,
    known,
    gone,
    repairs: findings.flatMap((finding) => {
      const repair = result.repairs.get(finding);
      return repair && finding.fix ? [{ ...repair, edits: finding.fix.edits }] : [];
    }),
  };
}
