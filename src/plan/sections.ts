import { clipped, code, details, plainText } from "../core/markdown.ts";
import { type Block, diffBlock, fitted, linesOf, sizeOf, tableBlock, textBlock } from "./blocks.ts";
import type { Danger, ObjectsPlan, Plan, PlannedObject, ReleasePlan } from "./model.ts";
import {
  manifestPlace,
  OBJECT_ACTIONS,
  objectCounts,
  objectPlace,
  RELEASE_WORDS,
  releasePlace,
} from "./words.ts";

/** The folded part of a page about one release or set of plain objects. */
export interface Section {
  title: string;
  blocks: readonly Block[];
  /** How early it gets its place where there is not enough for all; higher is earlier. */
  weight: number;
}

const ACTION_SIGNS = { delete: "🗑️", replace: "♻️", change: "✏️", create: "🆕" } as const;
/** Less than this shows nothing worth the click. */
const LEAST_BYTES = 1000;
const KEPT_FOR_SMALL = 0.25;
const LONGEST_REASON = 300;

/** Sections of everything that is not left alone, in the order of the plan. */
export function sectionsOf(plan: Plan): Section[] {
  return [
    ...plan.releases.filter(({ action }) => action !== "none").map(releaseSection),
    ...plan.manifests.filter(({ objects }) => objects.length > 0).map(manifestSection),
  ];
}

/**
 * The sections that fit, in their order: the dangerous ones get their room first, then those that delete or replace,
 * then the others, small ones before large ones. What does not fit is cut or left to its line in the table; a quarter
 * of the room is kept for small sections behind a large one.
 */
export function fittedSections(
  sections: readonly Section[],
  room: number,
): { texts: string[]; left: number; dropped: number } {
  const order = sections.toSorted((a, b) => b.weight - a.weight || sectionSize(a) - sectionSize(b));
  const texts = new Map<Section, string>();
  let rest = room;
  let left = 0;
  let small = order.reduce((sum, section) => sum + smallSize(section), 0);
  for (const section of order) {
    small -= smallSize(section);
    const free = rest - Math.min(small, room * KEPT_FOR_SMALL);
    const whole = wholeSection(section);
    const shown = sizeOf(whole) <= free ? whole : cutSection(section, free);
    left += linesOf(whole) - linesOf(shown ?? "");
    if (shown === undefined) continue;
    texts.set(section, shown);
    rest -= sizeOf(shown);
  }
  return {
    texts: sections.flatMap((section) => texts.get(section) ?? []),
    left,
    dropped: sections.length - texts.size,
  };
}

function wholeSection({ title, blocks }: Section): string {
  return details(title, blocks.map(({ text }) => text).join("\n\n"));
}

function sectionSize(section: Section): number {
  return sizeOf(wholeSection(section));
}

function smallSize(section: Section): number {
  const size = sectionSize(section);
  return size <= LEAST_BYTES ? size : 0;
}

function cutSection({ title, blocks }: Section, room: number): string | undefined {
  if (room < LEAST_BYTES) return undefined;
  const note = (lines: number) => `*${lines} lines left out here.*`;
  const { text, left } = fitted(blocks, room - sizeOf(details(title, note(1_000_000))));
  return text === "" ? undefined : details(title, `${text}\n\n${note(left)}`);
}

function releaseSection(release: ReleasePlan): Section {
  const { action, chart, chartVersion, reasons, notices, objects, dangers } = release;
  const { sign, todo } = RELEASE_WORDS[action];
  const what = `${releasePlace(release)}: ${todo} ${chart} ${chartVersion}, ${objectCounts(objects)}`;
  const told = [
    ...reasons.map((reason) => `- ${plainText(clipped(reason, LONGEST_REASON))}`),
    ...notices.map((notice) => `- ℹ️ ${plainText(clipped(notice, LONGEST_REASON))}`),
  ];
  return {
    title: `${stopSign(dangers, objects)}${sign} ${what}`,
    blocks: [...(told.length > 0 ? [textBlock(told.join("\n"))] : []), ...objectBlocks(objects)],
    weight: weightOf(dangers, objects),
  };
}

function manifestSection(manifest: ObjectsPlan): Section {
  const { objects } = manifest;
  return {
    title: `${stopSign([], objects)}📄 ${manifestPlace(manifest)}: ${objectCounts(objects)}`,
    blocks: objectBlocks(objects),
    weight: weightOf([], objects),
  };
}

/** A table of the objects, then the diff of each; what is worst first. */
function objectBlocks(objects: readonly PlannedObject[]): Block[] {
  if (objects.length === 0) return [];
  const sorted = objects.toSorted((a, b) => rank(b) - rank(a));
  const rows = sorted.map((object) => [
    `${ACTION_SIGNS[object.action]} ${object.action}`,
    code(objectPlace(object)) + (object.hook ? " (hook)" : ""),
    object.dangers
      .map(({ rule, severity }) => `${severity === "stop" ? "🛑 " : ""}${code(rule)}`)
      .join("<br>"),
  ]);
  return [
    tableBlock(["", "Object", "Dangers"], rows),
    ...sorted
      .filter(({ diff }) => diff.trim() !== "")
      .map((object) =>
        diffBlock(`${ACTION_SIGNS[object.action]} <b>${plainText(objectPlace(object))}</b>`, object.diff),
      ),
  ];
}

/** Stops first, then what deletes, replaces, changes and creates. */
function rank({ dangers, action }: PlannedObject): number {
  return (isStopped(dangers) ? 10 : 0) + OBJECT_ACTIONS.length - OBJECT_ACTIONS.indexOf(action);
}

function weightOf(dangers: readonly Danger[], objects: readonly PlannedObject[]): number {
  return Math.max(isStopped(dangers) ? 10 : 0, ...objects.map(rank));
}

function stopSign(dangers: readonly Danger[], objects: readonly PlannedObject[]): string {
  return [dangers, ...objects.map((object) => object.dangers)].some(isStopped) ? "🛑 " : "";
}

function isStopped(dangers: readonly Danger[]): boolean {
  return dangers.some(({ severity }) => severity === "stop");
}
