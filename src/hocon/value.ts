/**
 * The value of one setting, as the API server reads it: each environment variable is parsed alone as HOCON text
 * `path: value` by pyhocon 0.3. Only what pyhocon was seen to do is decided here.
 */
export type HoconValue =
  | { kind: "list"; items: readonly string[] }
  | { kind: "object" }
  | { kind: "quoted"; text: string }
  /** Text without quotes; numbers and words are not told apart. */
  | { kind: "bare"; text: string }
  /** `${…}` outside quotes. */
  | { kind: "substitution"; at: number }
  /** A comment sign cuts the rest off. */
  | { kind: "truncated"; text: string; at: number }
  /** The loader throws. */
  | { kind: "invalid"; character: string; at: number };

/** Characters that pyhocon refuses outside quotes. */
const RESERVED = new Set('^`+?!@*&"[{},=$');

/** What a text means as the value of a setting. */
export function parseHoconValue(text: string): HoconValue {
  const start = text.search(/\S/);
  const first = text[start];
  if (first === "{") return { kind: "object" };
  if (first === "[") return parseList(text, start);
  const whole = /^\s*"((?:\\.|[^"\\\n])*)"\s*$/.exec(text);
  if (whole) return { kind: "quoted", text: whole[1] ?? "" };
  return scanBare(text);
}

function scanBare(text: string): HoconValue {
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (isComment(text, at)) return { kind: "truncated", text: text.slice(0, at).trim(), at };
    if (text.startsWith("${", at)) return { kind: "substitution", at };
    if (character === '"') {
      const end = quoteEnd(text, at);
      if (end === undefined) return { kind: "invalid", character, at };
      at = end;
    } else if (RESERVED.has(character)) return { kind: "invalid", character, at };
  }
  return { kind: "bare", text: text.trim() };
}

/** `#` anywhere, and `//` after a blank or at the start; inside a word it belongs to a URL. */
function isComment(text: string, at: number): boolean {
  if (text[at] === "#") return true;
  return text.startsWith("//", at) && (at === 0 || /\s/.test(text[at - 1] ?? ""));
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

/** A list of scalars; lists within lists are left as one item. */
function parseList(text: string, start: number): HoconValue {
  const items: string[] = [];
  let item = "";
  let depth = 0;
  const push = () => {
    if (item.trim() !== "") items.push(item.trim());
    item = "";
  };
  for (let at = start; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '"') {
      const end = quoteEnd(text, at);
      if (end === undefined) return { kind: "invalid", character, at };
      item += text.slice(at, end + 1);
      at = end;
      continue;
    }
    if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    if (depth === 0) {
      push();
      const rest = text.slice(at + 1).search(/\S/);
      return rest < 0
        ? { kind: "list", items }
        : { kind: "invalid", character: text[at + 1 + rest] as string, at: at + 1 + rest };
    }
    if (depth === 1 && (character === "," || character === "\n")) push();
    else if (depth > 1 || character !== "[") item += character;
  }
  return { kind: "invalid", character: text[start] as string, at: start };
}
