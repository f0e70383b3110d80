import { duration } from "../../core/duration.ts";
import { clipped, code, details, plainText, table } from "../../core/markdown.ts";
import { plural } from "../../core/plural.ts";
import {
  criticalPath,
  type DeploymentReport,
  type ReportedComponent,
  type ReportedEvidence,
  type ReportState,
  spanOf,
} from "./model.ts";
import { nameOf, statePicture, timePicture } from "./pictures.ts";

const SIGNS: Readonly<Record<ReportState, string>> = {
  failed: "❌",
  "rolled back": "↩️",
  removed: "🗑️",
  skipped: "⏭️",
  cancelled: "⏹️",
  done: "✅",
  unchanged: "➖",
};
const STATES = Object.keys(SIGNS) as ReportState[];
/** Nothing is undone but after a failure. */
const FAILURES: readonly ReportState[] = ["failed", "rolled back", "removed"];
/** Characters of one text, and lines of what was found at one release. */
const LONGEST = 600;
const MOST = { evidence: 30, reasons: 5, rows: 300 } as const;

/**
 * The section of the job summary about a run: what went wrong first, then how everything came out, what was changed and
 * why, where the time went, and where to go next.
 */
export function deploymentPage(report: DeploymentReport): string {
  const state = statePicture(report);
  return [
    headline(report),
    ...failureSection(report),
    ...linksLine(report),
    ...changesTable(report),
    ...(state === undefined ? [] : [state]),
    ...unchangedLine(report),
    ...timeSection(report),
    ...nextSteps(report),
  ].join("\n\n");
}

function headline({ environment, tenant, server, milliseconds, components }: DeploymentReport): string {
  const counts = STATES.flatMap((state) => {
    const count = components.filter((each) => each.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  const failed = components.some(({ state }) => FAILURES.includes(state));
  const cut = components.some(({ state }) => state === "cancelled");
  const changed = components.some(({ state }) => state !== "unchanged");
  const sign = failed ? "❌" : cut ? "⏹️" : "✅";
  const what = changed ? counts.join(", ") : "nothing had to change";
  const where = `${code(environment)}${tenant === undefined ? "" : `, tenant ${code(tenant)},`} on ${code(server)}`;
  return `${sign} Environment ${where}: **${what}** in ${duration(milliseconds)}.`;
}

/** What failed with what was found there, also where it was undone since. */
function failureSection({ components, evidence, evidenceFolder }: DeploymentReport): string[] {
  const found = new Map(evidence.map((each) => [`${each.namespace}/${each.release}`, each]));
  const parts = components
    .filter(({ state, place }) => state === "failed" || found.has(place))
    .flatMap((each) => failurePart(each, found.get(each.place)));
  if (parts.length > 0 && evidenceFolder) {
    parts.push(`Everything that was found is in ${code(evidenceFolder)} (output \`evidence\`).`);
  }
  return parts;
}

function failurePart(component: ReportedComponent, evidence: ReportedEvidence | undefined): string[] {
  const place = component.place === "" ? "" : ` ${code(component.place)}`;
  const cause = component.cause ? [plainLines(component.cause)] : [];
  return [
    `#### ❌ ${plainText(nameOf(component))}${place}`,
    ...cause,
    ...(evidence ? evidencePart(evidence) : []),
  ];
}

function evidencePart({ headline: lines, files }: ReportedEvidence): string[] {
  const shown = lines.slice(0, MOST.evidence).map((line) => `- ${plainText(clipped(line, LONGEST))}`);
  const rest = lines.length - shown.length;
  if (rest > 0) shown.push(`- and ${rest} more`);
  const names = files.map(({ name }) => code(name));
  return [
    ...(shown.length > 0 ? [shown.join("\n")] : []),
    ...(names.length > 0 ? [details(`${plural(names.length, "file")} of evidence`, names.join(", "))] : []),
  ];
}

function linksLine({ addresses }: DeploymentReport): string[] {
  const links = Object.entries(addresses).flatMap(([name, url]) =>
    url ? [`**${plainText(name)}** ${plainUrl(url)}`] : [],
  );
  return links.length > 0 ? [links.join(" · ")] : [];
}

/** Everything that was not left alone, what is worst first. */
function changesTable({ components }: DeploymentReport): string[] {
  const changed = components
    .filter(({ state }) => state !== "unchanged")
    .toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
  if (changed.length === 0) return [];
  const rows = changed.slice(0, MOST.rows).map((each) => {
    const span = spanOf(each);
    return [
      `${SIGNS[each.state]} ${each.state}`,
      plainText(nameOf(each)) + (each.place === "" ? "" : `<br>${code(each.place)}`),
      plainText(each.what),
      whyOf(each),
      span ? duration(span.to - span.from) : "",
    ];
  });
  const rest = changed.length - rows.length;
  return [table(["", "Component", "What", "Why", "Time"], rows) + (rest > 0 ? `\n\nand ${rest} more` : "")];
}

function whyOf({ state, cause, reasons }: ReportedComponent): string {
  const told = reasons.slice(0, MOST.reasons).map((reason) => plainText(clipped(reason, LONGEST)));
  const more = reasons.length - told.length;
  if (more > 0) told.push(`and ${more} more`);
  // The cause of a failure stands above, with what was found.
  if (cause && state !== "failed") told.push(plainText(clipped(cause, LONGEST)));
  return told.join("<br>");
}

function unchangedLine({ components }: DeploymentReport): string[] {
  const unchanged = components.filter(({ state }) => state === "unchanged");
  if (unchanged.length === 0) return [];
  const names = unchanged.map((each) => {
    const place = each.place === "" ? "" : ` ${code(each.place)}`;
    return `${plainText(nameOf(each))}${place} ${plainText(each.what)}`.trim();
  });
  return [details(`${unchanged.length} unchanged`, names.join(" · "))];
}

function timeSection(report: DeploymentReport): string[] {
  const path = criticalPath(report.components);
  const picture = timePicture(report);
  if (path.length === 0) return [];
  const steps = path.map((each) => {
    const span = spanOf(each);
    return `${plainText(nameOf(each))} (${duration(span ? span.to - span.from : 0)})`;
  });
  const sum = path.reduce((total, each) => {
    const span = spanOf(each);
    return total + (span ? span.to - span.from : 0);
  }, 0);
  const line = `The longest chain took ${duration(sum)} of ${duration(report.milliseconds)}: ${steps.join(" → ")}.`;
  return [details("Where the time went", [line, ...(picture === undefined ? [] : [picture])].join("\n\n"))];
}

function nextSteps({ nextSteps: steps }: DeploymentReport): string[] {
  if (steps.length === 0) return [];
  return ["#### What to do next", steps.map((step) => `1. ${plainText(step)}`).join("\n")];
}

/** Several lines of words of others. */
function plainLines(text: string): string {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) => plainText(clipped(line, LONGEST)))
    .join("<br>");
}

/** An address that can be clicked; anything else as plain text. */
function plainUrl(url: string): string {
  return /^https?:\/\/[\w.:/[\]-]+$/.test(url) ? url : plainText(url);
}
