import type { YamlSource } from "../../yaml/source.ts";
import type { Change, Fix, TextEdit } from "../model.ts";
import { applyEdits, doExactly } from "./edits.ts";

/** A fix, with the edits that were found to do what it says. */
export interface Repair extends Fix {
  edits: readonly TextEdit[];
}

export interface FixPlan {
  /** The repairs that are made; the others overlap with these and are left for the next run. */
  chosen: readonly Repair[];
  /** Files that change, with the text they had when they were read. */
  files: readonly { file: string; before: string; after: string }[];
}

/** Chooses the repairs that can be made together; of two that overlap, the first. */
export function planFixes(repairs: readonly Repair[]): FixPlan {
  const sources = new Map<string, YamlSource>();
  for (const { changes } of repairs)
    for (const { source } of changes) if (!sources.has(source.file)) sources.set(source.file, source);
  const files = [...sources.keys()];
  let chosen = withoutOverlaps(repairs);
  for (const file of files) {
    // Sound each on its own, they should be so together; where they are not, one of them is better than none.
    const inFile = chosen.filter((each) => each.edits.some((edit) => edit.file === file));
    const source = sources.get(file);
    if (inFile.length > 1 && source && !areSoundTogether(source, inFile))
      chosen = chosen.filter((each) => each === inFile[0] || !inFile.includes(each));
  }
  return {
    chosen,
    files: files.flatMap((file) => {
      const before = sources.get(file)?.text ?? "";
      const after = applyEdits(before, editsIn(file, chosen));
      return after === before ? [] : [{ file, before, after }];
    }),
  };
}

function withoutOverlaps(repairs: readonly Repair[]): Repair[] {
  const taken = new Map<string, TextEdit[]>();
  return repairs.filter(({ edits }) => {
    if (edits.some((edit) => taken.get(edit.file)?.some((other) => overlap(edit, other)))) return false;
    for (const edit of edits) taken.set(edit.file, [...(taken.get(edit.file) ?? []), edit]);
    return edits.length > 0;
  });
}

/** Edits that touch count as overlapping: which of them comes first would be chance. */
function overlap(a: TextEdit, b: TextEdit): boolean {
  const isBefore = (first: TextEdit, second: TextEdit) =>
    first.endLine < second.line || (first.endLine === second.line && first.endColumn < second.column);
  return !isBefore(a, b) && !isBefore(b, a);
}

function areSoundTogether(source: YamlSource, repairs: readonly Repair[]): boolean {
  const changes = repairs.flatMap((each): readonly Change[] => each.changes);
  const inFile = changes.filter((change) => change.source.file === source.file);
  return doExactly(source, editsIn(source.file, repairs), inFile);
}

function editsIn(file: string, repairs: readonly Repair[]): TextEdit[] {
  return repairs.flatMap(({ edits }) => edits.filter((edit) => edit.file === file));
}
