/** The pages of the lint rules, made of what the rules say of themselves and of the cases that test them. */
import { stringify } from "yaml";
import { fenced, table } from "../../src/core/markdown.ts";
import type { Evidence, Rule } from "../../src/lint/model.ts";
import { AGENTS_RULES } from "../../src/lint/rules/agents/index.ts";
import { CHARTS_RULES } from "../../src/lint/rules/charts/index.ts";
import { CLUSTER_RULES } from "../../src/lint/rules/cluster/index.ts";
import { COMMANDS_RULES } from "../../src/lint/rules/commands/index.ts";
import { HOSTS_RULES } from "../../src/lint/rules/hosts/index.ts";
import { RULES, UNCHECKED } from "../../src/lint/rules/index.ts";
import { POLICIES_RULES } from "../../src/lint/rules/policies/index.ts";
import { PORTS_RULES } from "../../src/lint/rules/ports/index.ts";
import { RENDERED_RULES } from "../../src/lint/rules/rendered/index.ts";
import { SECRETS_RULES } from "../../src/lint/rules/secrets/index.ts";
import { SETTINGS_RULES } from "../../src/lint/rules/settings/index.ts";
import { SUPPRESSION_RULES } from "../../src/lint/rules/suppressions/index.ts";
import { SYNTAX_RULES } from "../../src/lint/rules/syntax/index.ts";
import { TENANTS_RULES } from "../../src/lint/rules/tenants/index.ts";
import { VALUES_RULES } from "../../src/lint/rules/values/index.ts";
import { loadCases } from "../../test/unit/lint/cases/load.ts";
import type { RuleCase, Sample } from "../../test/unit/lint/cases/model.ts";
import { lintSample } from "../../test/unit/lint/support.ts";

export const RULE_PAGES = "actions/lint-overrides/rules";

/** Examples on a page; the tests have the rest. */
const MOST_EXAMPLES = 4;

const FAMILIES: readonly [what: string, rules: readonly Rule[]][] = [
  ["YAML itself, and what is left of a guide", SYNTAX_RULES],
  ["Keys, types and forms of values", VALUES_RULES],
  ["Names, versions and generations of charts", CHARTS_RULES],
  ["Settings of the API server and the web server", SETTINGS_RULES],
  ["Secrets", SECRETS_RULES],
  ["Hosts, URLs, cookies, ingress and TLS", HOSTS_RULES],
  ["Ports of sessions and streams", PORTS_RULES],
  ["Queues, pod templates and resources of agents", AGENTS_RULES],
  ["Network policies", POLICIES_RULES],
  ["Tenants, GPUs and the environment", TENANTS_RULES],
  ["Commands of workflows and scripts", COMMANDS_RULES],
  ["What the charts print", RENDERED_RULES],
  ["What the cluster says", CLUSTER_RULES],
  ["Suppressions", SUPPRESSION_RULES],
];

/** The short table of the action's README. */
export function familiesTable(): string {
  const rows = FAMILIES.map(([what, rules]) => [
    what,
    String(rules.length),
    rules.map(({ id, slug }) => `[${id}](rules/${slug}.md)`).join(" "),
  ]);
  return table(["What they are about", "Rules", "Pages"], rows);
}

/** Every page by its path in the repository. */
export async function rulePages(): Promise<Map<string, string>> {
  const cases = Map.groupBy(await loadCases(), ({ rule }) => rule);
  const pages = new Map([[`${RULE_PAGES}/README.md`, indexPage()]]);
  for (const rule of RULES)
    pages.set(`${RULE_PAGES}/${rule.slug}.md`, await rulePage(rule, cases.get(rule.slug) ?? []));
  return pages;
}

function indexPage(): string {
  const rows = [
    ...RULES.map((rule) => ({
      id: rule.id,
      cells: [
        `[${rule.slug}](${rule.slug}.md)`,
        rule.severity,
        evidenceOf(rule).join(", "),
        rule.fixable ? "yes" : "",
        rule.about,
      ],
    })),
    ...UNCHECKED.map(({ id, slug, about, reason }) => ({
      id,
      cells: [slug, "", "", "", `${about} Not checked: ${reason.replace(/\.$/, "")}.`],
    })),
  ].sort((a, b) => compareIds(a.id, b.id));
  const header = ["Id", "Rule", "Severity", "Decided from", "Repairs", "What it finds"];
  return [
    "# Rules of lint-overrides",
    "Severities are defaults; set `lint.rules.<rule>` in `clearml.yaml` to `off`, `info`, `warning` or `error`. Rules that are decided from a rendering or a cluster are listed as not checked where there is none.",
    table(
      header,
      rows.map(({ id, cells }) => [id, ...cells]),
    ),
    "",
  ].join("\n\n");
}

/** The numbered traps first, in their order. */
function compareIds(a: string, b: string): number {
  const [letterA, letterB] = [a.charAt(0), b.charAt(0)];
  if (letterA !== letterB) return letterA === "L" ? -1 : letterB === "L" ? 1 : letterA < letterB ? -1 : 1;
  return Number(a.slice(1)) - Number(b.slice(1));
}

function evidenceOf(rule: Rule): Evidence[] {
  const evidence: Evidence[] = [
    ...(rule.check || rule.checkAll || rule.checkEnvironment ? (["files"] as const) : []),
    ...(rule.checkCommands ? (["commands"] as const) : []),
    ...(rule.checkRendered ? (["rendering"] as const) : []),
    ...(rule.checkCluster ? (["cluster"] as const) : []),
  ];
  return evidence.length > 0 ? evidence : ["files"];
}

async function rulePage(rule: Rule, cases: readonly RuleCase[]): Promise<string> {
  const facts = [
    `Severity: **${rule.severity}**`,
    `decided from: ${evidenceOf(rule).join(", ")}`,
    ...(rule.fixable ? ["`fix: true` repairs it where that is safe"] : []),
    ...(rule.components ? [`about: ${rule.components.join(", ")}`] : []),
  ];
  const examples = await Promise.all(cases.slice(0, MOST_EXAMPLES).map((each) => example(rule, each)));
  return [
    `# ${rule.id} ${rule.slug}`,
    `${facts.join(" · ")}`,
    rule.about,
    ...(rule.why ? [rule.why] : []),
    ...(examples.length > 0 ? ["## Examples"] : []),
    ...examples,
    "## When it is meant so",
    silence(rule),
    "",
  ].join("\n\n");
}

async function example(rule: Rule, { what, bad, good }: RuleCase): Promise<string> {
  const found = (await lintSample(bad)).filter((each) => each.rule === rule.slug);
  const findings = found.map(
    ({ severity, file, line, column, message }) => `- \`${file}:${line}:${column}\` ${severity}: ${message}`,
  );
  return [
    `### ${what.charAt(0).toUpperCase()}${what.slice(1)}`,
    ...shown(bad, good, new Set(found.map(({ file }) => file))),
    ["Findings:", "", ...findings].join("\n"),
    "Good:",
    ...shown(good, bad),
  ].join("\n\n");
}

/** What a sample has that the other has not, or not so, and the files that findings stand in. */
function shown(sample: Sample, other: Sample, always: ReadonlySet<string> = new Set()): string[] {
  if (sample.kind === "file") return [block("yaml", `values.yaml (${sample.component})`, sample.text)];
  if (sample.kind === "commands") {
    const language = sample.file.endsWith(".sh") ? "sh" : "yaml";
    return [block(language, sample.file, sample.text)];
  }
  const others = other.kind === "environment" ? other : undefined;
  const files = Object.entries(sample.files).filter(
    ([file, text]) => always.has(file) || others?.files[file] !== text,
  );
  const { cluster, manifests } = sample;
  const rest = [
    ...(cluster && !isSame(cluster, others?.cluster)
      ? [block("yaml", "the cluster", stringify(cluster))]
      : []),
    ...(manifests && !isSame(manifests, others?.manifests) ? manifestBlocks(manifests) : []),
  ];
  const blocks = [...files.map(([file, text]) => block("yaml", file, text)), ...rest];
  return blocks.length > 0 ? blocks : ["The same without it."];
}

function manifestBlocks({
  component,
  text,
  refusal,
}: NonNullable<Extract<Sample, { kind: "environment" }>["manifests"]>) {
  return [
    ...(text.trim() === "" ? [] : [block("yaml", `what the chart of ${component} prints`, text)]),
    ...(refusal === undefined ? [] : [block("text", "what Helm says", refusal)]),
  ];
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function block(language: string, name: string, text: string): string {
  const comment = language === "text" ? name : `# ${name}`;
  return fenced(language, [comment, ...text.replace(/\n$/, "").split("\n")]);
}

function silence({ slug }: Rule): string {
  if (SUPPRESSION_RULES.some((each) => each.slug === slug))
    return `Set \`lint.rules.${slug}\` in \`clearml.yaml\` to \`off\`, \`info\` or \`warning\`.`;
  return [
    "On its line or the one above, with a reason and, if you like, an end:",
    "",
    fenced("yaml", [`# clearml-lint-ignore ${slug} why it is right here until=2027-12-31`]),
    "",
    "In the whole environment, in `clearml.yaml`:",
    "",
    fenced("yaml", ["lint:", "  rules:", `    ${slug}: off`]),
    "",
    "What is there already when you adopt the action goes into a [baseline](../README.md#adopting-it).",
  ].join("\n");
}
