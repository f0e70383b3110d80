import type { YamlProblem, YamlSource } from "../../yaml/source.ts";

/** Offsets of a text: where something starts, and where it ends. */
export type Range = readonly [start: number, end: number];

/** Why a file does not parse, as far as the traps of copied text explain it. */
export interface SyntaxExplanation {
  /** `"[\\"x\\"]"`: the escape is escaped, so the next quote ends the scalar. */
  doubleEscaped: Range[];
  /** A list item deeper than its siblings. */
  misindented: Range[];
  /** `- name: NAME:` without quotes; the range of the name. */
  colonNames: Range[];
  /** A tab that indents a line. */
  tabs: Range[];
  /** What remains: the first error only, for those after it are mostly its consequences. */
  other?: YamlProblem;
}

/** `key: "…\\"` with more text behind it; at the end of a text `\\"` is right. */
const DOUBLE_ESCAPED = /:\s+"(?:[^"\\]|\\[^\\])*\\\\"(?!\s*(?:[#,}\]]|$))/;

/** Explains the syntax errors of a file; nothing to explain when it parses. */
export function explainSyntax(source: YamlSource): SyntaxExplanation {
  const explained: SyntaxExplanation = { doubleEscaped: [], misindented: [], colonNames: [], tabs: [] };
  const first = source.problems.find((problem) => problem.kind === "syntax");
  if (!first) return explained;
  let offset = 0;
  let previous = "";
  let itemBefore = Infinity;
  for (const [index, line] of source.text.split("\n").entries()) {
    const start = offset;
    const range = (from: number, length: number): Range => [start + from, start + from + length];
    const escaped = DOUBLE_ESCAPED.exec(line);
    if (escaped) {
      const quote = escaped.index + escaped[0].indexOf('"');
      explained.doubleEscaped.push(range(quote, line.length - quote));
    }
    const name = /^\s*-\s+name:\s+([A-Za-z_][\w.-]*:)\s*$/.exec(line);
    if (name?.[1]) explained.colonNames.push(range(line.lastIndexOf(name[1]), name[1].length));
    const indent = /^\s*(?=-\s)/.exec(line)?.[0].length;
    if (indent !== undefined) {
      // It follows a scalar of an item that starts further left, and so belongs to nothing.
      if (itemBefore < indent && SCALAR_LINE.test(previous)) explained.misindented.push(range(indent, 1));
      itemBefore = indent;
    }
    if (line.trim() !== "" && !line.trim().startsWith("#")) previous = line;
    const tab = index + 1 === first.at.line ? /^ *\t/.exec(line) : null;
    if (tab) explained.tabs.push(range(tab[0].length - 1, 1));
    offset += line.length + 1;
  }
  const found = Object.values(explained).some((ranges: Range[]) => ranges.length > 0);
  return found ? explained : { ...explained, other: first };
}

/** `key: scalar`, which can have no items of its own. */
const SCALAR_LINE = /^\s*(-\s+)?[\w.-]+:\s+[^\s|>&#]/;
