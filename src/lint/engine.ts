import { CATALOGUE } from "../catalogue/index.ts";
import type { ComponentId } from "../catalogue/model.ts";
import type { ChartContents } from "../chart/model.ts";
import { errorMessage, type Location, type Problem, UserError } from "../core/errors.ts";
import type { Level } from "../core/host.ts";
import type { ComponentUse, Environment } from "../environment/model.ts";
import type { RenderedRelease } from "../render/model.ts";
import { nearestHint } from "../yaml/nearest.ts";
import type { YamlSource } from "../yaml/source.ts";
import type { ClusterFacts } from "./cluster-facts.ts";
import type { ShellCommand } from "./commands.ts";
import type { Finding, FindingsReport, Hit, LintRelease, Rule } from "./model.ts";
import { environmentRelease, fileRelease } from "./release.ts";
import { RULES } from "./rules/index.ts";

type Severities = Environment["lint"]["rules"];

/** Folder of the rules' pages. */
const DOCS = "https://github.com/clearml/actions/blob/v1/actions/lint-overrides/rules";
const ORDER: readonly Level[] = ["error", "warning", "info"];

/** What is linted: releases, and what else there is to decide from. */
export interface Scope {
  environment?: Environment;
  releases: readonly LintRelease[];
  /** Commands of the workflows and scripts beside the environment. */
  commands?: readonly ShellCommand[];
  rendered?: readonly RenderedRelease[];
  cluster?: ClusterFacts;
}

/**
 * Lints everything an environment deploys, from its files alone.
 * @param rules all rules, unless a test brings its own
 * @throws UserError when `lint.rules` names a rule that does not exist
 */
export function lintEnvironment(environment: Environment, rules: readonly Rule[] = RULES): FindingsReport {
  return lintScope({ environment, releases: environmentReleases(environment) }, rules);
}

/**
 * Lints releases with everything there is to decide from.
 * @throws UserError when `lint.rules` names a rule that does not exist
 */
export function lintScope(scope: Scope, rules: readonly Rule[] = RULES): FindingsReport {
  if (scope.environment) checkSettings(scope.environment, rules);
  return report(run(scope, rules, scope.environment?.lint.rules ?? {}));
}

/**
 * The enabled components of the cluster and of every tenant, as rules see them.
 * @param charts the charts that are at hand
 */
export function environmentReleases(
  environment: Environment,
  charts?: ReadonlyMap<ComponentUse, ChartContents>,
): LintRelease[] {
  const uses = [...environment.components, ...environment.tenants.flatMap((tenant) => tenant.components)];
  return uses
    .filter((use) => use.enabled)
    .map((use) => environmentRelease(use, environment, charts?.get(use)));
}

/** Lints single values files, each alone and without an environment. */
export function lintFiles(
  files: readonly { source: YamlSource; component: ComponentId }[],
  rules: readonly Rule[] = RULES,
): FindingsReport {
  return report(
    files.flatMap(({ source, component }) =>
      run({ releases: [fileRelease(CATALOGUE[component], source)] }, rules, {}),
    ),
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

function run(scope: Scope, rules: readonly Rule[], severities: Severities): Finding[] {
  return rules.flatMap((rule) => {
    const severity = severities[rule.slug];
    if (severity === "off") return [];
    return hitsOf(rule, scope).map((hit) => toFinding(rule, hit, severity));
  });
}

/** Everything a rule says, each of its checks called with what there is for it. */
function hitsOf(rule: Rule, scope: Scope): Hit[] {
  const { environment, releases, commands, rendered = [], cluster } = scope;
  const isAbout = (release: LintRelease) => rule.components?.includes(release.id) ?? true;
  const start = releases[0]?.at ?? environment?.source.locate([]) ?? commands?.[0]?.locate(0, 1);
  if (!start) return [];
  return [
    ...releases
      .filter(isAbout)
      .flatMap((release) => safely(rule, release.at, () => rule.check?.(release) ?? [])),
    ...safely(rule, start, () => (releases[0] && rule.checkAll?.(releases)) ?? []),
    ...safely(rule, start, () => (environment && rule.checkEnvironment?.(environment, releases)) ?? []),
    ...safely(rule, start, () => (commands && rule.checkCommands?.(commands)) ?? []),
    ...rendered
      .filter(({ release }) => isAbout(release))
      .flatMap((each) => safely(rule, each.release.at, () => rule.checkRendered?.(each) ?? [])),
    ...safely(rule, start, () => (cluster && rule.checkCluster?.(releases, cluster)) ?? []),
  ];
}

/** A rule that throws is a bug of that rule, and must not hide what the others found. */
function safely(rule: Rule, at: Location, check: () => Iterable<Hit>): Hit[] {
  try {
    return [...check()];
  } catch (thrown) {
    return [
      {
        message: `rule \`${rule.slug}\` failed: ${errorMessage(thrown)}`,
        hint: "this is a bug of clearml-actions; please report it, and set the rule to off meanwhile",
        severity: "error",
        at,
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
    docs: `${DOCS}/${rule.slug}.md`,
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
