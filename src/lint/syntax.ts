import type { Location } from "../core/errors.ts";
import type { YamlProblem, YamlSource } from "../yaml/source.ts";

/** Why a file does not parse, as far as the traps of copied text explain it. */
export interface SyntaxExplanation {
  /** `"[\\"x\\"]"`: the escape is escaped, so the next quote ends the scalar. */
  doubleEscaped: Location[];
  /** A list item deeper than its siblings. */
  misindented: Location[];
  /** `- name: NAME:` without quotes. */
  colonNames: Location[];
  /** What remains: the first error only, for those after it are mostly its consequences. */
  other?: YamlProblem;
}

const NOTHING: SyntaxExplanation = { doubleEscaped: [], misindented: [], colonNames: [] };

/** Explains the syntax errors of a file; nothing to explain when it parses. */
export function explainSyntax(source: YamlSource): SyntaxExplanation {
  const first = source.problems.find((problem) => problem.kind === "syntax");
  if (!first) return NOTHING;
  const explained: SyntaxExplanation = { doubleEscaped: [], misindented: [], colonNames: [] };
  let offset = 0;
  const lines = source.text.split("\n");
  for (const [index, line] of lines.entries()) {
    const place = (start: number, length: number) =>
      source.locateRange(offset + start, offset + start + length);
    const escaped = /:\s+"(?:[^"\\]|\\[^\\])*\\\\"/.exec(line);
    if (escaped) explained.doubleEscaped.push(place(escaped.index + escaped[0].indexOf('"'), line.length));
    const name = /^\s*-\s+name:\s+([A-Za-z_][\w.-]*:)\s*$/.exec(line);
    if (name?.[1]) explained.colonNames.push(place(line.lastIndexOf(name[1]), name[1].length));
    const item = /^\s*(?=-\s)/.exec(line);
    if (item && isMisindented(lines, index, item[0].length))
      explained.misindented.push(place(item[0].length, 1));
    offset += line.length + 1;
  }
  const found = Object.values(explained).some((places: Location[]) => places.length > 0);
  return found ? explained : { ...explained, other: first };
}

/** Whether an item follows `key: scalar` of an item that starts further left, and so belongs to nothing. */
function isMisindented(lines: readonly string[], index: number, indent: number): boolean {
  const previous = lines
    .slice(0, index)
    .findLast((line) => line.trim() !== "" && !line.trim().startsWith("#"));
  if (previous === undefined || !/^\s*(-\s+)?[\w.-]+:\s+[^\s|>&#]/.test(previous)) return false;
  const parent = lines.slice(0, index).findLast((line) => {
    const item = /^(\s*)-\s/.exec(line);
    return item !== null && (item[1] ?? "").length < indent;
  });
  const sibling = lines.slice(0, index).findLast((line) => /^\s*-\s/.test(line));
  return parent !== undefined && parent === sibling;
}
