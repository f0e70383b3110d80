import { applyEdits } from "../fix/edits.ts";
import type { Finding, TextEdit } from "../model.ts";
import { SECRETS_RULES } from "../rules/secrets/index.ts";

/** Whole lines of a file, as they are and as a repair would have them. */
export interface LineChange {
  file: string;
  /** First and last line, counted from 1. */
  from: number;
  to: number;
  before: readonly string[];
  after: readonly string[];
}

/** Rules about secrets that stand in a file: lines with one are not shown. */
const SECRET_RULES = new Set(SECRETS_RULES.map(({ slug }) => slug));

/** The lines that the repair of a finding changes, where they are next to each other in one file. */
export function lineChange(
  { fix }: Pick<Finding, "fix">,
  texts: ReadonlyMap<string, string>,
): LineChange | undefined {
  const [first] = fix?.edits ?? [];
  if (!fix || !first || fix.edits.some(({ file }) => file !== first.file)) return undefined;
  const text = texts.get(first.file);
  if (text === undefined) return undefined;
  const from = Math.min(...fix.edits.map(({ line }) => line));
  const to = Math.max(...fix.edits.map(lastLine));
  const lines = text.split("\n");
  const after = applyEdits(text, fix.edits).split("\n");
  const trim = (line: string) => line.replace(/\r$/, "");
  return {
    file: first.file,
    from,
    to,
    before: lines.slice(from - 1, to).map(trim),
    after: after.slice(from - 1, after.length - (lines.length - to)).map(trim),
  };
}

/** An edit that takes a line with its end stops at the start of the next. */
function lastLine({ line, endLine, endColumn }: TextEdit): number {
  return endLine > line && endColumn === 1 ? endLine - 1 : endLine;
}

/** Whether the lines of a change may be shown: no secret is known to stand in them. */
export function mayBeShown({ file, from, to }: LineChange, findings: Iterable<Finding>): boolean {
  for (const each of findings)
    if (SECRET_RULES.has(each.rule) && each.file === file && each.line <= to && each.endLine >= from)
      return false;
  return true;
}
