/**
 * The value of one setting, as the API server reads it: each environment variable is parsed alone as HOCON text
 * `path: value` by pyhocon 0.3. Only what pyhocon was seen to do is decided here.
 */
export type HoconValue =
  | { kind: "list"; items: readonly string[] }
  | { kind: "object" }
  | { kind: "quoted"; text: string }
  /** Text without quotes; `typeOfBare` tells numbers and words apart. */
  | { kind: "bare"; text: string }
  /** `${…}` outside quotes. */
  | { kind: "substitution"; at: number }
  /** A comment sign cuts the rest off. */
  | { kind: "truncated"; text: string; at: number }
  /** A line break ends the value; what follows are settings of their own. */
  | { kind: "several"; at: number }
  /** The loader throws. */
  | { kind: "invalid"; character: string; at: number };

type Stop = Extract<HoconValue, { at: number }>;

/** Characters that pyhocon refuses outside quotes. */
const RESERVED = new Set('^`+?!@*&"[]{},=$');
const NUMBER = /^[+-]?(\d*\.\d+|\d+(\.\d+)?)([eE][+-]?\d+)?$/;
const DURATION =
  /^\d+ *(ns|nanos?|nanoseconds?|us|micros?|microseconds?|ms|millis?|milliseconds?|s|seconds?|m|minutes?|h|hours?|d|days?|w|weeks?|mo|months?|y|years?)$/;

/** What a text means as the value of a setting. */
export function parseHoconValue(text: string): HoconValue {
  const start = text.search(/\S/);
  if (text[start] === "[" || text[start] === "{") return parseTree(text, start);
  const whole = /^\s*"((?:\\.|[^"\\\n])*)"\s*$/.exec(text);
  if (whole) return { kind: "quoted", text: whole[1] ?? "" };
  if (NUMBER.test(text.trim())) return { kind: "bare", text: text.trim() };
  return scanBare(text);
}

/** What text without quotes becomes. */
export function typeOfBare(text: string): "boolean" | "null" | "number" | "duration" | "string" {
  if (/^(true|false)$/i.test(text)) return "boolean";
  if (/^null$/i.test(text)) return "null";
  if (NUMBER.test(text)) return "number";
  return DURATION.test(text) ? "duration" : "string";
}

function scanBare(text: string): HoconValue {
  for (let at = text.length - text.trimStart().length; at < text.length; at++) {
    const character = text[at] as string;
    if (isComment(text, at)) return { kind: "truncated", text: text.slice(0, at).trim(), at };
    if (text.startsWith("${", at)) return { kind: "substitution", at };
    if (/^[\s,]+$/.test(text.slice(at))) return { kind: "bare", text: unescaped(text.slice(0, at)) };
    if (character === "\n") return afterBreak(text, at);
    if (character === '"') {
      const end = quoteEnd(text, at);
      if (end === undefined) return { kind: "invalid", character, at };
      at = end;
    } else if (character === "\\" && at + 1 < text.length) at++;
    else if (character === "\\" || RESERVED.has(character)) return { kind: "invalid", character, at };
  }
  return { kind: "bare", text: unescaped(text) };
}

/** The lines behind the first are comments or settings of their own; anything else the loader refuses. */
function afterBreak(text: string, at: number): HoconValue {
  const lines = text
    .slice(at)
    .split("\n")
    .filter((line) => line.trim() !== "");
  if (lines.every((line) => /^\s*(#|\/\/)/.test(line)))
    return { kind: "bare", text: unescaped(text.slice(0, at)) };
  const isSetting = lines.every((line) => /^\s*(#|\/\/|[\w.\-/ ]+\s*(\+?=|:|\{)|[}\]])/.test(line));
  return isSetting ? { kind: "several", at } : { kind: "invalid", character: "\n", at };
}

/** `#` anywhere, and `//` after a blank or at the start; inside a word it belongs to a URL. */
function isComment(text: string, at: number): boolean {
  if (text[at] === "#") return true;
  return text.startsWith("//", at) && (at === 0 || /\s/.test(text[at - 1] ?? ""));
}

/** A quote behind a backslash is part of the text. */
function unescaped(text: string): string {
  return text.trim().replaceAll('\\"', '"');
}

/** Offset of the quote that closes the one at `at`. */
function quoteEnd(text: string, at: number): number | undefined {
  for (let index = at + 1; index < text.length; index++) {
    if (text[index] === "\\") index++;
    else if (text[index] === '"') return index;
    else if (text[index] === "\n") return undefined;
  }
  return undefined;
}

function parseTree(text: string, start: number): HoconValue {
  const end = treeEnd(text, start);
  if (typeof end !== "number") return end;
  const rest = text.slice(end + 1);
  const next = rest.search(/[^\s,]/);
  // Trees behind each other are joined, and a comment is no harm here.
  const isFine = next < 0 || rest[next] === text[start] || isComment(` ${rest}`, next + 1);
  if (!isFine) return { kind: "invalid", character: rest[next] as string, at: end + 1 + next };
  return text[start] === "{"
    ? { kind: "object" }
    : { kind: "list", items: itemsOf(text.slice(start + 1, end)) };
}

/** Offset of the bracket that closes the one at `start`, or what is wrong before it. */
function treeEnd(text: string, start: number): number | Stop {
  const open: string[] = [];
  for (let at = start; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '"') {
      const end = quoteEnd(text, at);
      if (end === undefined) return { kind: "invalid", character, at };
      at = end;
    } else if (character === "\\") at++;
    else if (isComment(text, at)) {
      const lineEnd = text.indexOf("\n", at);
      if (lineEnd < 0) break;
      at = lineEnd;
    } else if (text.startsWith("${", at)) return { kind: "substitution", at };
    else if (character === "[" || character === "{") open.push(character);
    else if (character === "]" || character === "}") {
      if (open.pop() !== (character === "]" ? "[" : "{")) return { kind: "invalid", character, at };
      if (open.length === 0) return at;
    } else if (RESERVED.has(character) && !isAllowed(text, at, open.at(-1)))
      return { kind: "invalid", character, at };
  }
  return { kind: "invalid", character: text[start] as string, at: start };
}

/** Commas anywhere in a tree, `=` in an object, and the sign of a number. */
function isAllowed(text: string, at: number, inside: string | undefined): boolean {
  const character = text[at];
  if (character === ",") return true;
  if (character === "=") return inside === "{";
  return character === "+" && /^\+(=|\d)/.test(text.slice(at, at + 2));
}

/** The items of a list as they are written; lists within lists are left as one item. */
function itemsOf(text: string): string[] {
  const items: string[] = [];
  let item = "";
  let depth = 0;
  const push = () => {
    if (item.trim() !== "") items.push(item.trim());
    item = "";
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    const end = character === '"' ? quoteEnd(text, at) : undefined;
    if (character === "[" || character === "{") depth++;
    if (character === "]" || character === "}") depth--;
    if (depth === 0 && (character === "," || character === "\n")) push();
    else item += text.slice(at, (end ?? at) + 1);
    at = end ?? at;
  }
  push();
  return items;
}
