import { code, details, plainText, table, withCode } from "../core/markdown.ts";
import { plural } from "../core/plural.ts";
import type { SmokeCheck, SmokeEntry, SmokeGroup, SmokeReport, SmokeStatus, SmokeTarget } from "./model.ts";

const SIGNS: Readonly<Record<SmokeStatus, string>> = { pass: "✅", fail: "❌", skip: "⏭️", info: "ℹ️" };

const TITLES: Readonly<Record<SmokeGroup, string>> = {
  outside: "From outside",
  inside: "From inside the cluster",
  "end-to-end": "End to end, with a task",
};

/** The report as Markdown: what came of it, one row per check with reason and repair, folded what nobody has to read. */
export function smokeSummary(
  report: SmokeReport,
  checks: readonly SmokeCheck[],
  { tenant, url }: Pick<SmokeTarget, "tenant" | "url">,
): string {
  const groupOf = new Map(checks.map(({ name, group }) => [name, group]));
  const groups = Map.groupBy(report.checks, ({ name }) => groupOf.get(name) ?? "outside");
  return [
    headline(report, tenant, url),
    ...[...groups].flatMap(([group, entries]) => section(TITLES[group], entries)),
  ].join("\n\n");
}

function headline({ checks, passed }: SmokeReport, tenant: string | undefined, url: URL): string {
  const what = `${tenant ? `The gateway of **${plainText(tenant)}**` : "The gateway"} at ${code(url.href)}`;
  const ran = checks.filter(({ status }) => status === "pass" || status === "fail");
  const failed = ran.filter(({ status }) => status === "fail");
  if (ran.length === 0) return `⏭️ ${what} was **not tested**: no check could be made.`;
  if (passed) return `✅ ${what} **works**: ${plural(ran.length, "check")} passed.`;
  return `❌ ${what} **does not work as it should**: ${failed.length} of ${plural(ran.length, "check")} failed.`;
}

function section(title: string, entries: readonly SmokeEntry[]): string[] {
  const failed = entries.filter(({ status }) => status === "fail");
  const others = entries.filter(({ status }) => status !== "fail");
  const passed = others.filter(({ status }) => status === "pass").length;
  const words = [
    ...(passed > 0 ? [`${passed} passed`] : []),
    ...(others.length - passed > 0 ? [`${others.length - passed} not judged`] : []),
  ].join(", ");
  return [
    ...(failed.length > 0 ? [`#### ${title}`, rows(failed)] : []),
    ...(others.length > 0 ? [details(`${title}: ${words}`, rows(others))] : []),
  ];
}

function rows(entries: readonly SmokeEntry[]): string {
  return table(
    ["", "Check", "Found", "Repair", "Time"],
    entries.map(({ name, status, detail, hint, durationMs }) => [
      SIGNS[status],
      code(name),
      withCode(detail),
      withCode(hint ?? ""),
      `${durationMs} ms`,
    ]),
  );
}
