import { code, details, fenced, table, withCode } from "../../core/markdown.ts";
import { plural } from "../../core/plural.ts";
import type { Finding, FindingsReport, NotChecked } from "../model.ts";
import type { BaselineEntry } from "../suppress/baseline.ts";
import { bySeverity, counted, LEVELS } from "./counts.ts";
import { type LineChange, lineChange, mayBeShown } from "./repair-text.ts";

/** Rows of the table of the worst, of files, and of the findings of one file. */
const MOST = { worst: 50, files: 30, inFile: 300, repairs: 50 } as const;
/** GitHub refuses a summary of more than 1 MiB, and other steps of the job write to it too. */
const MOST_BYTES = 800 * 1024;
const SIGNS = { error: "❌", warning: "⚠️", info: "ℹ️" } as const;

export interface SummaryParts {
  report: FindingsReport;
  /** What was linted, for people. */
  checked: string;
  texts: ReadonlyMap<string, string>;
  /** Entries of the baseline that are found no longer. */
  gone?: readonly BaselineEntry[];
}

/** The section of the job summary: counts, where findings are, the worst, all of them by file, what was not checked. */
export function summaryOf({ report, checked, texts, gone = [] }: SummaryParts): string {
  const { findings } = report;
  const head =
    findings.length === 0 ? `✅ No findings in ${checked}.` : `**${counted(findings)}** in ${checked}.`;
  const byFile = [...Map.groupBy(findings, ({ file }) => file)];
  const end = [...baselineSection(gone), ...notCheckedSection(report.notChecked)];
  const start = [head + asides(report), ...filesTable(byFile), ...worstTable(findings)];
  const files = byFile.map(([file, inFile]) => fileSection(file, inFile, texts));
  return cut(start, files, end).join("\n\n");
}

function asides({ suppressed, baselined, fixed }: FindingsReport): string {
  const parts = [
    fixed > 0 ? `${plural(fixed, "repair")} written` : "",
    suppressed > 0 ? `${suppressed} suppressed` : "",
    baselined > 0 ? `${baselined} in the baseline` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : ` ${parts.join(", ")}.`;
}

/** Where the findings concentrate; one file needs no table. */
function filesTable(byFile: readonly [string, readonly Finding[]][]): string[] {
  if (byFile.length < 2) return [];
  const count = (findings: readonly Finding[], level: string) =>
    findings.filter(({ severity }) => severity === level).length;
  const rows = byFile
    .map(([file, findings]) => ({ file, counts: LEVELS.map((level) => count(findings, level)), findings }))
    .sort((a, b) => compareCounts(b.counts, a.counts));
  const more = rows.length > MOST.files ? `\n\n${plural(rows.length - MOST.files, "file")} more below.` : "";
  return [
    table(
      ["File", ...LEVELS.map((level) => SIGNS[level]), "Repairs at hand"],
      rows
        .slice(0, MOST.files)
        .map(({ file, counts, findings }) => [
          code(file),
          ...counts.map(shown),
          shown(findings.filter(({ fix }) => fix).length),
        ]),
    ) + more,
  ];
}

function compareCounts(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((each, at) => each !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

function shown(count: number): string {
  return count === 0 ? "" : String(count);
}

function worstTable(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const worst = bySeverity(findings);
  const more = worst.length > MOST.worst ? `\n\n${worst.length - MOST.worst} more below.` : "";
  const rows = worst
    .slice(0, MOST.worst)
    .map((each) => [
      SIGNS[each.severity],
      ruleLink(each),
      code(`${each.file}:${each.line}`),
      withCode(each.message),
    ]);
  return [table(["", "Rule", "Place", "Finding"], rows) + more];
}

function fileSection(file: string, findings: readonly Finding[], texts: ReadonlyMap<string, string>): string {
  const rows = findings
    .slice(0, MOST.inFile)
    .map((each) => [
      `${each.line}:${each.column}`,
      SIGNS[each.severity],
      ruleLink(each),
      withCode(each.message),
    ]);
  const more =
    findings.length > MOST.inFile ? `\n\n${findings.length - MOST.inFile} more in the findings file.` : "";
  const repairs = findings.flatMap((each) => {
    const change = lineChange(each, texts);
    return change && mayBeShown(change, findings) ? [repairBlock(each, change)] : [];
  });
  const body = [table(["Line", "", "Rule", "Finding"], rows) + more, ...repairs.slice(0, MOST.repairs)];
  return details(`${file}: ${counted(findings)}`, body.join("\n\n"));
}

function repairBlock({ fix }: Finding, { from, before, after }: LineChange): string {
  const lines = [...before.map((line) => `-${line}`), ...after.map((line) => `+${line}`)];
  return `Line ${from}: ${withCode(fix?.description ?? "")}\n\n${fenced("diff", lines)}`;
}

function baselineSection(gone: readonly BaselineEntry[]): string[] {
  if (gone.length === 0) return [];
  const rows = gone.slice(0, MOST.worst).map(({ rule, file }) => [code(rule), code(file)]);
  return [
    details(
      `${plural(gone.length, "entry", "entries")} of the baseline found no longer`,
      table(["Rule", "File"], rows),
    ),
  ];
}

/** Rules that could not look, by reason. */
function notCheckedSection(unchecked: readonly NotChecked[]): string[] {
  if (unchecked.length === 0) return [];
  const rows = [...Map.groupBy(unchecked, ({ reason }) => reason)].map(([reason, rules]) => [
    withCode(reason),
    rules.map(({ id, rule }) => `${id} ${rule}`).join(", "),
  ]);
  return [details(`Not checked: ${plural(unchecked.length, "rule")}`, table(["Why", "Rules"], rows))];
}

/** As many of the files' sections as the summary may hold. */
function cut(start: readonly string[], files: readonly string[], end: readonly string[]): string[] {
  const size = (text: string) => Buffer.byteLength(text) + 2;
  let room = MOST_BYTES - [...start, ...end].reduce((sum, text) => sum + size(text), 0);
  const kept = files.filter((text) => {
    room -= size(text);
    return room >= 0;
  });
  const left = files.length - kept.length;
  const more = left > 0 ? [`${plural(left, "file")} left out here; the findings file has all.`] : [];
  return [...start, ...kept, ...more, ...end];
}

function ruleLink({ id, rule, docs }: Finding): string {
  return `${id} [${rule}](${docs})`;
}
