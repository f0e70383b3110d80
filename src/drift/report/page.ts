import { clipped, code, details, plainText, withCode } from "../../core/markdown.ts";
import { plural } from "../../core/plural.ts";
import { fitted, sizeOf, tableBlock } from "../../plan/blocks.ts";
import { fittedSections } from "../../plan/sections.ts";
import { findingSections, openSections } from "./findings.ts";
import type { DriftReport, Repaired } from "./model.ts";
import { nextSteps } from "./next-steps.ts";
import { driftPicture, PICTURE_LEGEND } from "./picture.ts";
import { classCounts, placeOf } from "./words.ts";

export interface PageOptions {
  /** Most bytes of the page. */
  most?: number;
  /** Where all of it can be read, for what is left out: Markdown. */
  elsewhere?: string;
  /** Path of the environment file, for commands. */
  config?: string;
}

/** GitHub takes a summary of 1 MiB from a step and drops a longer one; what else the step has to say needs room too. */
const MOST_BYTES = 800 * 1024;
const FOOTER_BYTES = 500;
/** How much of what is still free each part may take; what one leaves goes to the next. */
const SHARES = {
  picture: 0.25,
  steps: 0.25,
  repaired: 0.25,
  unread: 0.3,
  findings: 0.85,
  ignored: 0.5,
} as const;
/** Findings up to which nothing is folded. */
const MOST_OPEN = 40;
const LONGEST = 400;

/** The page about a run: how it came out, a picture, what to do, every finding by component, and what was not seen. */
export function driftPage(report: DriftReport, options: PageOptions = {}): string {
  const parts: string[] = [];
  let room = (options.most ?? MOST_BYTES) - FOOTER_BYTES;
  let left = 0;
  const add = (...texts: readonly string[]) => {
    for (const text of texts.filter((each) => each !== "")) {
      parts.push(text);
      room -= sizeOf(text);
    }
  };
  const addPart = (title: string, header: readonly string[], rows: readonly string[][], share: number) => {
    if (rows.length === 0) return;
    const shown = fitted([tableBlock(header, rows)], room * share - sizeOf(title) - FOLD_BYTES);
    left += shown.left;
    if (shown.text === "") return;
    add(...(title.startsWith("#") ? [title, shown.text] : [details(title, shown.text)]));
  };
  add(opening(report));
  add(...pictureOf(report, room * SHARES.picture));
  add(...stepsOf(report, options.config, room * SHARES.steps));
  addPart("#### Repaired by this run", ["", "What", "How"], repairedRows(report.repaired), SHARES.repaired);
  addPart("#### Could not be read", ["What", "Why"], unreadRows(report), SHARES.unread);
  const sections = sectionsFor(report, room * SHARES.findings);
  add(...sections.texts);
  left += sections.left;
  addPart(ignoredTitle(report), ["Rule", "Hidden", "Until", "Reason"], ignoredRows(report), SHARES.ignored);
  addPart(plural(report.notes.length, "note"), ["Note"], noteRows(report), 1);
  const cut =
    left > 0
      ? [
          `✂️ ${plural(left, "line")} left out; all of it is in ${options.elsewhere ?? "the report (output `report`)"}.`,
        ]
      : [];
  return [...parts, ...cut].join("\n\n").toWellFormed();
}

const FOLD_BYTES = 60;

function opening({ environment, findings, complete, partial, scanned, ignored }: DriftReport): string {
  const unread = complete ? "" : `${partial.length > 0 ? partial.length : "something"} could not be read`;
  const hidden = ignored.reduce((sum, { uses }) => sum + uses, 0);
  const told =
    findings.length > 0
      ? `❌ **${plural(findings.length, "difference")}**${complete ? "" : `, and ${unread}`}`
      : complete
        ? "✅ **No drift**"
        : `❔ **Not complete**: ${unread}; in the rest there is no drift`;
  const facts = [
    ...classCounts(findings),
    ...(hidden > 0 ? [`${hidden} ignored`] : []),
    `${plural(scanned.releases, "release")}, ${plural(scanned.objects, "object")} and ${plural(scanned.calls, "call")} of the API server`,
  ];
  return `### Drift of ${code(environment)}\n\n${told}\n\n${facts.join(" · ")}`;
}

function pictureOf(report: DriftReport, room: number): string[] {
  if (report.findings.length === 0) return [];
  const parts = [driftPicture(report), `<sub>${PICTURE_LEGEND}</sub>`];
  return parts.reduce((sum, part) => sum + sizeOf(part), 0) <= room ? parts : [];
}

function stepsOf(report: DriftReport, config: string | undefined, room: number): string[] {
  const steps = nextSteps(report, config);
  if (steps.length === 0) return [];
  const parts = ["#### What to do", steps.map((step) => `1. ${step}`).join("\n")];
  return parts.reduce((sum, part) => sum + sizeOf(part), 0) <= room ? parts : [];
}

/** Few findings stand open below a heading for each component, many are folded. */
function sectionsFor({ findings }: DriftReport, room: number): { texts: string[]; left: number } {
  const sections = findingSections(findings);
  if (findings.length > MOST_OPEN) return fittedSections(sections, room);
  const open = openSections(sections);
  const size = open.reduce((sum, text) => sum + sizeOf(text), 0);
  return size <= room ? { texts: open, left: 0 } : fittedSections(sections, room);
}

function repairedRows(repaired: readonly Repaired[] = []): string[][] {
  return repaired.map((each) => [
    each.outcome === "repaired" ? "✅" : "❌",
    plainText(placeOf(each)),
    withCode(clipped(each.message, LONGEST)),
  ]);
}

function unreadRows({ partial }: DriftReport): string[][] {
  return partial.map(({ scope, reason }) => [
    plainText(clipped(scope, LONGEST)),
    withCode(clipped(reason, LONGEST)),
  ]);
}

function ignoredTitle({ ignored }: DriftReport): string {
  const uses = ignored.reduce((sum, rule) => sum + rule.uses, 0);
  const expired = ignored.filter((rule) => rule.expired).length;
  const unused = ignored.filter((rule) => !rule.expired && rule.uses === 0).length;
  return [
    `${plural(uses, "difference")} ignored by ${plural(ignored.length, "rule")}`,
    ...(unused > 0 ? [`${unused} unused`] : []),
    ...(expired > 0 ? [`${expired} expired`] : []),
  ].join(", ");
}

function ignoredRows({ ignored }: DriftReport): string[][] {
  return ignored.map(({ at, reason, until, uses, expired }) => [
    code(`${at.file}:${at.line}`),
    expired ? "⚠️ expired" : uses === 0 ? "⚠️ unused" : String(uses),
    plainText(until),
    plainText(clipped(reason, LONGEST)),
  ]);
}

function noteRows({ notes }: DriftReport): string[][] {
  return notes.map((note) => [withCode(clipped(note, LONGEST))]);
}
