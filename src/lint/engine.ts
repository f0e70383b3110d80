import { CATALOGUE } from "../catalogue/index.ts";
import type { ComponentId } from "../catalogue/model.ts";
import { errorMessage, type Problem, UserError } from "../core/errors.ts";
import type { Level } from "../core/host.ts";
import type { Environment } from "../environment/model.ts";
import { nearestHint } from "../yaml/nearest.ts";
import type { YamlSource } from "../yaml/source.ts";
import type { Finding, FindingsReport, Hit, LintRelease, Rule } from "./model.ts";
import { environmentRelease, fileRelease } from "./release.ts";
import { RULES } from "./rules/index.ts";

type Severities = Environment["lint"]["rules"];

const DOCS = "https://github.com/clearml/actions/blob/v1/actions/lint-overrides/README.md#rules";
const ORDER: readonly Level[] = ["error", "warning", "info"];

/**
 * Lints everything an environment deploys.
 * @param rules all rules, unless a test brings its own
 * @throws UserError when `lint.rules` names a rule that does not exist
 */
export function lintEnvironment(environment: Environment, rules: readonly Rule[] = RULES): FindingsReport {
  const uses = [...environment.components, ...environment.tenants.flatMap((tenant) => tenant.components)];
  const releases = uses.filter((use) => use.enabled).map((use) => environmentRelease(use, environment));
  checkSettings(environment, rules);
  return report(run(releases, rules, environment.lint.rules));
}

/** Lints single values files, each alone and without an environment. */
export function lintFiles(
  files: readonly { source: YamlSource; component: ComponentId }[],
  rules: readonly Rule[] = RULES,
): FindingsReport {
  return report(
    files.flatMap(({ source, component }) => run([fileRelease(CATALOGUE[component], source)], rules, {})),
  );
}

function checkSettings(environment: Environment, rules: readonly Rule[]): void {
  const known = rules.map((rule) => rule.slug);
  const problems = Object.keys(environment.lint.rules)
    .filter((slug) => !known.includes(slug))
    .map(
      (slug): Problem => ({
        message: `unknown rule \`${slug}\` in \`lint.rules\``,
        hint: nearestHint(slug, known),
        at: environment.source.locate(["lint", "rules", slug], "key"),
      }),
    );
  if (problems.length > 0) throw new UserError(problems);
}

function run(releases: readonly LintRelease[], rules: readonly Rule[], severities: Severities): Finding[] {
  return rules.flatMap((rule) => {
    const severity = severities[rule.slug];
    if (severity === "off") return [];
    const about = releases.filter((release) => rule.components?.includes(release.id) ?? true);
    const hits = [
      ...about.flatMap((release) => safely(rule, release, () => rule.check?.(release) ?? [])),
      ...(releases[0] ? safely(rule, releases[0], () => rule.checkAll?.(releases) ?? []) : []),
    ];
    return hits.map((hit) => toFinding(rule, hit, severity));
  });
}

/** A rule that throws is a bug of that rule, and must not hide what the others found. */
function safely(rule: Rule, release: LintRelease, check: () => Iterable<Hit>): Hit[] {
  try {
    return [...check()];
  } catch (thrown) {
    return [
      {
        message: `rule \`${rule.slug}\` failed: ${errorMessage(thrown)}`,
        hint: "this is a bug of clearml-actions; please report it, and set the rule to off meanwhile",
        severity: "error",
        at: release.at,
      },
    ];
  }
}

/** A severity set by the user holds for every hit of the rule. */
function toFinding(rule: Rule, hit: Hit, severity: Level | undefined): Finding {
  const { file, line, column, endLine = line, endColumn = column } = hit.at;
  return {
    rule: rule.slug,
    id: rule.id,
    severity: severity ?? hit.severity ?? rule.severity,
    message: hit.hint ? `${hit.message}; ${hit.hint}` : hit.message,
    file,
    line,
    column,
    endLine,
    endColumn,
    ...(hit.related
      ? {
          related: hit.related.map(({ at, message }) => ({
            file: at.file,
            line: at.line,
            column: at.column,
            message,
          })),
        }
      : {}),
    docs: DOCS,
  };
}

/** Findings by place, each once: a file that many tenants share is linted with each of them. */
function report(all: readonly Finding[]): FindingsReport {
  const unique = new Map(
    all.map((each) => [JSON.stringify([each.rule, each.file, each.line, each.column, each.message]), each]),
  );
  const findings = [...unique.values()].sort(
    (a, b) =>
      compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.id, b.id),
  );
  const count = (level: Level) => findings.filter((each) => each.severity === level).length;
  return {
    version: 1,
    findings,
    counts: { error: count("error"), warning: count("warning"), info: count("info") },
    suppressed: 0,
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether any finding is at or above the severity that fails the run. */
export function fails(report: FindingsReport, failOn: "error" | "warning" | "never"): boolean {
  if (failOn === "never") return false;
  const levels = ORDER.slice(0, ORDER.indexOf(failOn) + 1);
  return levels.some((level) => report.counts[level] > 0);
}
