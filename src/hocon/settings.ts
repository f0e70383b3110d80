/** One scalar of a HOCON text. */
export interface WrittenSetting {
  /** Keys from the top, and positions in lists. */
  path: readonly string[];
  /** The value as it is written, with its quotes. */
  text: string;
  /** Where the value stands in the whole text. */
  start: number;
  end: number;
}

/** Where reading has come to. */
interface Reader {
  text: string;
  at: number;
  found: WrittenSetting[];
}

const BLANKS = /[ \t]+/y;
const BREAKS = /\s+|(?:#|\/\/)[^\n]*/y;
const SEPARATORS = /[\s,]+|(?:#|\/\/)[^\n]*/y;
const KEY = /"(?:\\.|[^"\\\n])*"|[^\s:={}[\],#+"][^:={}[\],#+"\n]*/y;
const SIGN = /\+?=|:/y;
/** Text up to the end of the line, a comma, a closing bracket or a comment; quotes and `${…}` are taken whole. */
const SCALAR =
  /(?:"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|\$\{[^}\n]*\}|\/(?!\/)|(?<=\S)\/\/|[^",{}[\]\n#/"]|")+/y;
/** Nobody writes deeper than this; it keeps broken text from exhausting the stack. */
const DEEPEST = 100;

/**
 * Every scalar of a HOCON text, such as a configuration file. What does not parse is skipped: this is for finding
 * settings, not for judging the text. A later value of a path does not remove an earlier one.
 */
export function readSettings(text: string): WrittenSetting[] {
  const reader: Reader = { text, at: 0, found: [] };
  while (reader.at < text.length) {
    readBody(reader, []);
    // A bracket that closes nothing.
    reader.at++;
  }
  return reader.found;
}

/** Settings up to the brace that closes them. */
function readBody(reader: Reader, path: readonly string[]): void {
  for (;;) {
    skip(reader, SEPARATORS);
    const key = take(reader, KEY);
    if (key === undefined) return;
    skip(reader, BLANKS);
    if (take(reader, SIGN) === undefined && reader.text[reader.at] !== "{") continue;
    skip(reader, BREAKS);
    readValue(reader, [...path, ...stepsOf(key)]);
  }
}

/** `a.b` are two keys, `"a.b"` is one; a dash in front says that the value replaces instead of merging. */
function stepsOf(key: string): string[] {
  if (key.startsWith('"')) return [key.slice(1, -1)];
  const steps = key.trim().replace(/^-/, "").split(".");
  return steps.filter((step) => step !== "");
}

function readValue(reader: Reader, path: readonly string[]): void {
  const first = reader.text[reader.at];
  if ((first === "{" || first === "[") && path.length > DEEPEST) reader.at = reader.text.length;
  else if (first === "{") {
    reader.at++;
    readBody(reader, path);
    if (reader.text[reader.at] === "}") reader.at++;
  } else if (first === "[") {
    reader.at++;
    readList(reader, path);
    if (reader.text[reader.at] === "]") reader.at++;
  } else {
    const start = reader.at;
    const text = take(reader, SCALAR)?.trim();
    if (text) reader.found.push({ path, text, start, end: start + text.length });
  }
}

function readList(reader: Reader, path: readonly string[]): void {
  for (let index = 0; ; index++) {
    skip(reader, SEPARATORS);
    const before = reader.at;
    readValue(reader, [...path, String(index)]);
    if (reader.at === before) return;
  }
}

/** Takes what an expression matches here; undefined when it does not. */
function take(reader: Reader, expression: RegExp): string | undefined {
  expression.lastIndex = reader.at;
  const found = expression.exec(reader.text)?.[0];
  reader.at += found?.length ?? 0;
  return found;
}

function skip(reader: Reader, expression: RegExp): void {
  while (take(reader, expression));
}
