import { clipped, code, plainText, withCode } from "../../core/markdown.ts";
import { tableBlock } from "../../plan/blocks.ts";
import type { Section } from "../../plan/sections.ts";
import { type Finding, objectText } from "../model.ts";
import { commandFor } from "./commands.ts";
import { byClass, CLASS_WORDS, classCounts, placeOf, repairText, whenText } from "./words.ts";

/** Characters of a cell. */
const LONGEST = { message: 400, value: 200, path: 300 } as const;
const HEADER = ["", "What", "Expected → found", "Who and when", "Upgrade repairs it"];

/** A part for each component with its findings: those of the cluster first, then those of tenants. */
export function findingSections(findings: readonly Finding[]): Section[] {
  const groups = [...Map.groupBy(findings, placeOf)].sort(
    ([, [a]], [, [b]]) => Number(a?.tenant !== undefined) - Number(b?.tenant !== undefined),
  );
  return groups.map(([place, own]) => ({
    title: `${signOf(own)} ${place}: ${classCounts(own).join(", ")}`,
    blocks: [tableBlock(HEADER, own.toSorted(byClass).map(findingRow))],
    weight: own.some(({ upgradeRepairs }) => upgradeRepairs !== true) ? 1 : 0,
  }));
}

/** The same with headings, nothing folded. */
export function openSections(sections: readonly Section[]): string[] {
  return sections.flatMap(({ title, blocks }) => [
    `#### ${plainText(title)}`,
    ...blocks.map(({ text }) => text),
  ]);
}

/** Of the worst of them. */
function signOf(findings: readonly Finding[]): string {
  const [worst] = findings.toSorted(byClass);
  return worst ? CLASS_WORDS[worst.class].sign : "";
}

function findingRow(finding: Finding): string[] {
  const { sign, what } = CLASS_WORDS[finding.class];
  const proved = finding.proved === false ? "<br>(not proved)" : "";
  return [
    `${sign} ${what}${proved}`,
    subjectOf(finding),
    changeOf(finding),
    [
      ...(finding.manager === undefined ? [] : [code(clipped(finding.manager, LONGEST.value))]),
      ...(finding.since === undefined ? [] : [plainText(whenText(finding.since))]),
    ].join("<br>"),
    repairOf(finding),
  ];
}

/** Object and path say it all of a field; everything else is told in a sentence. */
function subjectOf({ object, path, message }: Finding): string {
  const told = withCode(clipped(message, LONGEST.message));
  const at = path === undefined ? [] : [code(clipped(path, LONGEST.path))];
  if (object === undefined) return [told, ...at].join("<br>");
  const name = code(objectText(object));
  return at.length > 0 ? [name, ...at].join("<br>") : [name, told].join("<br>");
}

function changeOf({ expected, actual }: Finding): string {
  if (expected === undefined && actual === undefined) return "";
  return `${valueText(expected)} → ${valueText(actual)}`;
}

function valueText(text: string | undefined): string {
  return text === undefined ? "*nothing*" : code(clipped(text, LONGEST.value));
}

function repairOf(finding: Finding): string {
  const command = finding.upgradeRepairs === false ? commandFor(finding) : undefined;
  const told = finding.hint === undefined ? [] : [withCode(clipped(finding.hint, LONGEST.message))];
  return [repairText(finding), ...told, ...(command === undefined ? [] : [code(command)])].join("<br>");
}
