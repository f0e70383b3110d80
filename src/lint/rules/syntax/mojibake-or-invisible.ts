import type { Location } from "../../../core/errors.ts";
import type { YamlSource } from "../../../yaml/source.ts";
import { findWithin, linesOf, pathInFile } from "../../facts/entry-text.ts";
import { explainSyntax } from "../../facts/syntax.ts";
import type { Entry, Fix, Hit, Rule } from "../../model.ts";

/** Characters without width: nobody sees them, and they change the text. */
const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/;
/** Blanks that YAML does not take for blanks. */
const FOREIGN_BLANK = /[\u00a0\u2007\u202f\u3000]/;
/** UTF-8 that was read as Windows-1252 on its way: `â€™` for ’, `Ã¤` for ä, `Â°` for °. */
const MOJIBAKE =
  /\u00e2\u20ac[\u2018-\u2122\u0080-\u00bf\u0153\u02dc]|\u00c3[\u0080-\u00bf\u0152-\u0192\u02c6\u2013-\u2122]|\u00c2[\u00a0-\u00bf]|\ufffd/;
const NOT_ASCII = /[^\n\r\t -~]/;

export const mojibakeOrInvisible: Rule = {
  id: "L08",
  slug: "mojibake-or-invisible",
  severity: "warning",
  about:
    "Tabs as indentation, invisible characters, no-break blanks, or text whose encoding was mistaken on the way here.",
  why: "Text copied from a page or a mail brings characters along that look like blanks or like nothing. YAML takes them for letters: a key is another key, a host is not found, a password is wrong. A tab cannot indent in YAML at all. Type the text anew, or delete the character at the place shown. The agent reads its `clearmlConfig` only when all of it is plain ASCII.",
  fixable: true,
  *check({ layers, entries, id }) {
    for (const { source } of layers) {
      yield* tabs(source);
      if (source.text.startsWith("\ufeff")) yield byteOrderMark(source);
    }
    for (const entry of entries) yield* strangeIn(entry, id === "agent");
  },
};

function* tabs(source: YamlSource): Generator<Hit> {
  for (const range of explainSyntax(source).tabs) {
    const fix = spacesForTabs(source);
    yield {
      message: "a tab indents the line, and YAML is indented with spaces only",
      hint: "write spaces",
      severity: "error",
      at: source.locateRange(...range),
      ...(fix ? { fix } : {}),
    };
  }
}

/** Two spaces for each tab, in a file that is indented with nothing else and holds no text in which tabs count. */
function spacesForTabs(source: YamlSource): Fix | undefined {
  const lines = linesOf(source);
  if (lines.some((line) => /^\t* +\t*\S|[|>][+-]?\d?\s*$/.test(line))) return undefined;
  const changes = [...source.text.matchAll(/^\t+/gm)].map(({ index, 0: found }) => ({
    source,
    kind: "text" as const,
    start: index,
    end: index + found.length,
    to: "  ".repeat(found.length),
  }));
  return { description: "indent with spaces", changes };
}

function byteOrderMark(source: YamlSource): Hit {
  return {
    message: "the file starts with an invisible byte order mark",
    hint: 'save it as "UTF-8" instead of "UTF-8 with BOM"',
    severity: "info",
    at: source.locateRange(0, 1),
    fix: {
      description: "remove the byte order mark",
      changes: [{ source, kind: "text", start: 0, end: 1, to: "" }],
    },
  };
}

function* strangeIn(entry: Entry, isAgent: boolean): Generator<Hit> {
  const key = entry.path.at(-1);
  if (typeof key === "string" && NOT_ASCII.test(key)) {
    const strange = strangeCharacter(key, true);
    if (strange) {
      const at = findWithin(entry.layer.source, entry.at("key"), strange.expression) ?? entry.at("key");
      yield { message: `the key holds ${strange.what}`, hint: strange.hint, at };
    }
  }
  const { value } = entry;
  if (typeof value !== "string" || !NOT_ASCII.test(value)) return;
  const strange = strangeCharacter(value, false);
  if (strange) yield strangeValue(entry, strange, value);
  else if (isAgent && entry.path.join(".") === "clearml.clearmlConfig") yield notAscii(entry);
}

interface Strange {
  expression: RegExp;
  what: string;
  hint: string;
}

function strangeCharacter(text: string, isKey: boolean): Strange | undefined {
  if (INVISIBLE.test(text))
    return { expression: INVISIBLE, what: "an invisible character", hint: "delete it" };
  if (FOREIGN_BLANK.test(text) && (isKey || isMisplacedBlank(text)))
    return { expression: FOREIGN_BLANK, what: "a no-break blank", hint: "write an ordinary blank" };
  if (MOJIBAKE.test(text)) {
    const hint = "write the character anew, and save the file as UTF-8";
    return { expression: MOJIBAKE, what: "characters of a mistaken encoding", hint };
  }
  return undefined;
}

/** In prose, beside ordinary blanks, a no-break blank is right; it never is at the ends of a text or a line. */
function isMisplacedBlank(text: string): boolean {
  return !/[ \n]/.test(text) || /^[\u00a0\u2007\u202f\u3000]|[\u00a0\u2007\u202f\u3000]$/m.test(text);
}

function strangeValue(entry: Entry, { expression, what, hint }: Strange, value: string): Hit {
  const { source } = entry.layer;
  const found: Location | undefined = findWithin(source, entry.at(), expression);
  const canFix =
    expression === INVISIBLE && found !== undefined && !value.includes("\n") && !entry.rule?.secret;
  const to = value.replaceAll(new RegExp(INVISIBLE, "g"), "");
  const fix: Fix = {
    description: "delete the invisible characters",
    changes: [{ source, kind: "value", path: pathInFile(entry), to }],
  };
  return {
    message: `the value holds ${what}`,
    hint,
    at: found ?? entry.at(),
    ...(canFix ? { fix } : {}),
  };
}

function notAscii(entry: Entry): Hit {
  return {
    message: "`clearml.clearmlConfig` holds a character beyond ASCII, and the agent reads plain ASCII only",
    hint: "write it without accents and typographic signs",
    at: findWithin(entry.layer.source, entry.at(), NOT_ASCII) ?? entry.at(),
  };
}
