import { code, details, table } from "../core/markdown.ts";
import type { Finding, FindingsReport } from "./model.ts";

/** Rows of the first table; the rest is in the details of each file. */
const MOST = 50;
const SIGNS = { error: "❌", warning: "⚠️", info: "ℹ️" } as const;

/** The section of the job summary: counts, the worst findings, and all of them by file. */
export function summaryOf(report: FindingsReport, checked: string): string {
  const { findings } = report;
  if (findings.length === 0) return `✅ No findings in ${checked}.`;
  const worst = bySeverity(findings);
  const head = table(
    ["", "Rule", "Place", "Finding"],
    worst.slice(0, MOST).map((each) => [SIGNS[each.severity], ruleName(each), place(each), each.message]),
  );
  const more = worst.length > MOST ? `\n\n${worst.length - MOST} more below.` : "";
  const files = [...Map.groupBy(findings, (each) => each.file)].map(([file, inFile]) =>
    details(
      `${file}: ${counted(inFile)}`,
      table(
        ["Line", "", "Rule", "Finding"],
        inFile.map((each) => [
          `${each.line}:${each.column}`,
          SIGNS[each.severity],
          ruleName(each),
          each.message,
        ]),
      ),
    ),
  );
  return [`**${counted(findings)}** in ${checked}.`, head + more, ...files].join("\n\n");
}

/** Findings with the most severe first; places keep their order. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  const rank = { error: 0, warning: 1, info: 2 };
  return findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
}

/** `2 errors, 1 warning`; levels without findings are left out. */
export function counted(findings: readonly Finding[]): string {
  const words = { error: "error", warning: "warning", info: "note" } as const;
  const parts = (["error", "warning", "info"] as const).flatMap((level) => {
    const count = findings.filter((each) => each.severity === level).length;
    return count === 0 ? [] : [`${count} ${words[level]}${count === 1 ? "" : "s"}`];
  });
  return parts.length === 0 ? "no findings" : parts.join(", ");
}

function ruleName({ id, rule }: Finding): string {
  return `${id} ${rule}`;
}

function place({ file, line }: Finding): string {
  return code(`${file}:${line}`);
}
