import { CST, Lexer } from "yaml";
import { lineStarts, toLocation } from "../../yaml/places.ts";

/** A comment of a file, and the lines it speaks about. */
export interface Comment {
  text: string;
  line: number;
  column: number;
  /** First and last line it is about: its own, or where it has a line to itself the next with content. */
  covers: readonly [from: number, to: number];
}

/** What takes no characters of the text. */
const MARKS: readonly string[] = [CST.DOCUMENT, CST.FLOW_END, CST.SCALAR];

/**
 * The comments of a YAML text that hold a word. What looks like one within a scalar is none. A comment at the key of a
 * block of text (`|`) is about the whole block, which has no place for comments.
 */
export function yamlComments(text: string, word: string): Comment[] {
  const lines = lineStarts(text);
  const lineOf = (at: number) => toLocation("", lines, at, at).line;
  const starts: number[] = [];
  /** Last line of the block of text whose header is on a line. */
  const blockEnds = new Map<number, number>();
  let offset = 0;
  let header: number | undefined;
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (!isScalar && MARKS.includes(lexeme)) {
      isScalar = lexeme === CST.SCALAR;
      continue;
    }
    const type = isScalar ? "scalar" : CST.tokenType(lexeme);
    if (type === "comment" && lexeme.includes(word)) starts.push(offset);
    if (type === "block-scalar-header") header = lineOf(offset);
    if (type === "scalar" && header !== undefined) {
      blockEnds.set(header, lineOf(Math.max(offset + lexeme.length - 1, 0)));
      header = undefined;
    }
    offset += lexeme.length;
    isScalar = false;
  }
  return starts.map((start) => commentAt(text, lines, start, blockEnds));
}

/** The comments of a shell script, or of a workflow with scripts in it, that hold a word. */
export function shellComments(text: string, word: string): Comment[] {
  const lines = lineStarts(text);
  return [...text.matchAll(/(?<=^|\s)#[^\n]*/gm)]
    .filter(([comment]) => comment.includes(word))
    .map(({ index }) => commentAt(text, lines, index, new Map()));
}

function commentAt(
  text: string,
  lines: readonly number[],
  start: number,
  blockEnds: ReadonlyMap<number, number>,
): Comment {
  const { line, column } = toLocation("", lines, start, start);
  const lineText = (number: number) => text.slice(lines[number - 1], lines[number]).trim();
  const end = text.indexOf("\n", start);
  let about = line;
  if (lineText(line).startsWith("#")) while (about <= lines.length && /^(#|$)/.test(lineText(about))) about++;
  return {
    text: text.slice(start, end < 0 ? undefined : end).trimEnd(),
    line,
    column,
    covers: [about, blockEnds.get(about) ?? about],
  };
}
