import { isDeepStrictEqual } from "node:util";
import { lineStarts } from "../../yaml/places.ts";
import { parseYaml, type YamlSource } from "../../yaml/source.ts";
import type { Change, TextEdit } from "../model.ts";
import { type Draft, draftOf } from "./draft.ts";
import { expectedValue } from "./expected.ts";

/** A replacement of characters by offset. */
interface Replacement {
  start: number;
  end: number;
  text: string;
}

/**
 * Changes as edits of the text around which comments, layout and quotes stay as they are. Each result is parsed
 * again: undefined when it would not differ from the file exactly as intended.
 */
export function editsOf(changes: readonly Change[]): TextEdit[] | undefined {
  const edits: TextEdit[] = [];
  for (const [source, inFile] of Map.groupBy(changes, (change) => change.source)) {
    const replacements = replacementsOf(source, inFile);
    if (!replacements) return undefined;
    edits.push(...replacements.map((each) => toEdit(source, each)));
  }
  return edits;
}

function replacementsOf(source: YamlSource, changes: readonly Change[]): Replacement[] | undefined {
  const replacements: Replacement[] = [];
  for (const change of changes) {
    const draft = draftOf(change);
    const replacement = draft && (change.kind === "text" ? toReplacement(draft, 0) : fitting(change, draft));
    if (!replacement) return undefined;
    replacements.push(replacement);
  }
  if (new Set(changes).size === 1 && changes[0]?.kind !== "text") return replacements;
  const sorted = replacements.toSorted((a, b) => a.start - b.start);
  if (sorted.some((each, index) => index > 0 && each.start < (sorted[index - 1]?.end ?? 0))) return undefined;
  return isAsIntended(source, sorted, changes) ? sorted : undefined;
}

/** The first way to write a change that means it. */
function fitting(change: Change, draft: Draft): Replacement | undefined {
  return draft.texts
    .map((_, index) => toReplacement(draft, index))
    .find((each) => isAsIntended(change.source, [each], [change]));
}

function toReplacement({ start, end, texts }: Draft, index: number): Replacement {
  return { start, end, text: texts[index] ?? "" };
}

function isAsIntended(
  source: YamlSource,
  replacements: readonly Replacement[],
  changes: readonly Change[],
): boolean {
  const text = replaced(source.text, replacements);
  if (text === source.text) return false;
  const after = parseYaml(text, source.file);
  if (source.value === undefined)
    return changes.every(({ kind }) => kind === "text") && isBetter(source, after);
  if (after.value === undefined || after.problems.length > source.problems.length) return false;
  if (changes.some(({ kind }) => kind === "text")) return true;
  const expected = expectedValue(source.value, changes);
  return isDeepStrictEqual(after.value, expected) && !isDeepStrictEqual(after.value, source.value);
}

/** Whether a file that did not parse now does, or parses further than before. */
function isBetter(before: YamlSource, after: YamlSource): boolean {
  const [was, is] = [before, after].map(({ problems }) => problems.find(({ kind }) => kind === "syntax")?.at);
  if (!was || !is) return is === undefined;
  return is.line > was.line || (is.line === was.line && is.column > was.column);
}

function toEdit(source: YamlSource, { start, end, text }: Replacement): TextEdit {
  const { file, line, column, endLine = line, endColumn = column } = source.locateRange(start, end);
  return { file, line, column, endLine, endColumn, text };
}

/** Whether edits of one file, made together, do exactly what its changes say. */
export function doExactly(
  source: YamlSource,
  edits: readonly TextEdit[],
  changes: readonly Change[],
): boolean {
  return isAsIntended(source, replacementsIn(source.text, edits), changes);
}

/** A text with edits made; they must not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return replaced(text, replacementsIn(text, edits));
}

function replacementsIn(text: string, edits: readonly TextEdit[]): Replacement[] {
  const lines = lineStarts(text);
  const offset = (line: number, column: number) => (lines[line - 1] ?? text.length) + column - 1;
  return edits.map((edit) => ({
    start: offset(edit.line, edit.column),
    end: offset(edit.endLine, edit.endColumn),
    text: edit.text,
  }));
}

function replaced(text: string, replacements: readonly Replacement[]): string {
  return replacements
    .toSorted((a, b) => b.start - a.start || b.end - a.end)
    .reduce((rest, { start, end, text: to }) => rest.slice(0, start) + to + rest.slice(end), text);
}
