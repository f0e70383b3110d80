import { CATALOGUE } from "../catalogue/index.ts";
import type { ComponentId } from "../catalogue/model.ts";
import type { ChartContents } from "../chart/model.ts";
import { errorMessage, type Location, type Problem, UserError } from "../core/errors.ts";
import type { Level } from "../core/host.ts";
import type { ComponentUse, Environment } from "../environment/model.ts";
import type { RenderedRelease } from "../render/model.ts";
import { nearestHint } from "../yaml/nearest.ts";
import type { YamlSource } from "../yaml/source.ts";
import type { ShellCommand } from "./commands/commands.ts";
import type { ClusterFacts } from "./evidence/cluster-facts.ts";
import { type NotRun, notChecked } from "./evidence/not-checked.ts";
import { type Found, fingerprintsOf, toFinding, toFound, uniqueByPlace } from "./findings.ts";
import type { Finding, FindingsReport, Fix, Hit, LintRelease, Rule } from "./model.ts";
import { environmentRelease, fileRelease } from "./release.ts";
import { RULES } from "./rules/index.ts";
import { type LintedText, suppress } from "./suppress/suppress.ts";

type Severities = Environment["lint"]["rules"];

const ORDER: readonly Level[] = ["error", "warning", "info"];

/** What is linted: releases, and what else there is to decide from. */
export interface Scope {
  environment?: Environment;
  releases: readonly LintRelease[];
  /** Commands of the workflows and scripts beside the environment. */
  commands?: readonly ShellCommand[];
  rendered?: readonly RenderedRelease[];
  cluster?: ClusterFacts;
  /** Rules that some of this evidence is missing for, where it is there at all. */
  notRun?: readonly NotRun[];
  /** Texts of the files that the commands stand in. */
  commandTexts?: ReadonlyMap<string, string>;
  /** The day suppressions are judged by, such as `2026-11-21`. Default: today. */
  today?: string;
}

/** The findings, and what became of the others. */
export interface LintResult extends FindingsReport {
  /** Findings that a comment silences, with its reason. */
  silenced: readonly { finding: Finding; reason: string }[];
  /** What the edits of a finding's `fix` were made from. */
  repairs: ReadonlyMap<Finding, Fix>;
  /** The files that were linted, with their texts. */
  texts: ReadonlyMap<string, string>;
}

/**
 * Lints releases with everything there is to decide from.
 * @throws UserError when `lint.rules` names a rule that does not exist
 */
export function lintScope(scope: Scope, rules: readonly Rule[] = RULES): LintResult {
  if (scope.environment) checkSettings(scope.environment, rules);
  return conclude(scope, rules, run(scope, rules));
}

/** Lints single values files, each alone and without an environment. */
export function lintFiles(
  files: readonly { source: YamlSource; component: ComponentId }[],
  rules: readonly Rule[] = RULES,
): LintResult {
  const releases = files.map(({ source, component }) => fileRelease(CATALOGUE[component], source));
  const found = releases.flatMap((release) => run({ releases: [release] }, rules));
  return conclude({ releases }, rules, found);
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

function run(scope: Scope, rules: readonly Rule[]): Found[] {
  const severities = severitiesOf(scope);
  return rules.flatMap((rule) => {
    const severity = severities[rule.slug];
    if (severity === "off") return [];
    return hitsOf(rule, scope).map((hit) => toFound(rule, hit, severity));
  });
}

/** What the comments in the files leave of what was found, as a report. */
function conclude(scope: Scope, rules: readonly Rule[], all: readonly Found[]): LintResult {
  const severities = severitiesOf(scope);
  const enabled = rules.filter(({ slug }) => severities[slug] !== "off");
  const unchecked = notChecked(enabled, scope);
  const incomplete = new Set(unchecked.map(({ rule }) => rule));
  const texts = textsOf(scope);
  const found = uniqueByPlace(all);
  const { kept, silenced, hits } = suppress(found, {
    texts: texts.values(),
    rules,
    complete: new Set(enabled.map(({ slug }) => slug).filter((slug) => !incomplete.has(slug))),
    today: scope.today ?? new Date().toISOString().slice(0, 10),
  });
  const ofComments = hits
    .filter(({ rule }) => enabled.includes(rule))
    .map(({ rule, hit }) => toFound(rule, hit, severities[rule.slug] as Level | undefined));
  const fingerprints = fingerprintsOf([...found, ...ofComments], (file) => texts.get(file)?.text);
  const repairs = new Map<Finding, Fix>();
  const findings = uniqueByPlace([...kept, ...ofComments]).map((each) => {
    const finding = toFinding(each, fingerprints.get(each) ?? "");
    if (finding.fix && each.repair) repairs.set(finding, each.repair);
    return finding;
  });
  return {
    ...reportOf(findings, silenced.length, unchecked),
    silenced: silenced.map(({ found: each, reason }) => {
      const { repair: _, ...rest } = each;
      return { finding: toFinding(rest, fingerprints.get(each) ?? ""), reason };
    }),
    repairs,
    texts: new Map([...texts].map(([file, { text }]) => [file, text])),
  };
}

/** The report of some findings. */
export function reportOf(
  findings: readonly Finding[],
  suppressed: number,
  unchecked: FindingsReport["notChecked"],
): FindingsReport {
  const count = (level: Level) => findings.filter((each) => each.severity === level).length;
  return {
    version: 1,
    findings,
    counts: { error: count("error"), warning: count("warning"), info: count("info") },
    suppressed,
    baselined: 0,
    fixed: 0,
    notChecked: unchecked,
  };
}

function severitiesOf({ environment }: Scope): Severities {
  return environment?.lint.rules ?? {};
}

/** Every file that was linted, by its name. */
function textsOf({ environment, releases, commandTexts }: Scope): Map<string, LintedText> {
  const sources = new Set([
    ...(environment ? [environment.source, ...environment.tenants.map(({ source }) => source)] : []),
    ...releases.flatMap(({ layers }) => layers.map(({ source }) => source)),
  ]);
  const yaml = [...sources].map(({ file, text }): LintedText => ({ file, text, kind: "yaml" }));
  const shell = [...(commandTexts ?? [])].map(([file, text]): LintedText => ({ file, text, kind: "shell" }));
  return new Map([...yaml, ...shell].map((each) => [each.file, each]));
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

/** Whether any finding is at or above the severity that fails the run. */
export function fails(
  report: Pick<FindingsReport, "counts">,
  failOn: "error" | "warning" | "never",
): boolean {
  if (failOn === "never") return false;
  const levels = ORDER.slice(0, ORDER.indexOf(failOn) + 1);
  return levels.some((level) => report.counts[level] > 0);
}
