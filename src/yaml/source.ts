import { type Document, parseAllDocuments } from "yaml";
import { errorMessage, type Location, type Problem } from "../core/errors.ts";
import { tooComplex, tooLong } from "./limits.ts";
import { lineStarts, type Places, placesOf, toLocation } from "./places.ts";

/** A step into a YAML value: a key of a map or an index of a list. */
export type Path = readonly (string | number)[];

/** A YAML file, parsed, with the place of everything in it. */
export interface YamlSource {
  /** As the user knows it: relative to the working folder. */
  readonly file: string;
  readonly text: string;
  /** The first document; Helm reads no other. Parsed anew when it is asked for, and kept for a while. */
  readonly document: Document.Parsed;
  /** Its value as plain data, with the types Helm gives them (YAML 1.1 booleans). */
  readonly value: unknown;
  /** Syntax errors and duplicate keys, each at its place. */
  readonly problems: readonly YamlProblem[];
  /** The place of a value, or of its key. A path that is not there gives its nearest parent. */
  locate(path: Path, part?: "key" | "value"): Location;
  /** Whether the value at a path carries an anchor: it is there for the rest of the file. */
  isAnchored(path: Path): boolean;
  /** The place of a range of characters. */
  locateRange(start: number, end: number): Location;
}

export interface YamlProblem extends Problem {
  at: Location;
  kind: "syntax" | "duplicate-key" | "several-documents";
}

type LocateRange = YamlSource["locateRange"];

/**
 * Parses a YAML text as Helm does: YAML 1.1 booleans and octals, merge keys, but no sexagesimal numbers and no
 * timestamps. Never throws; what is wrong is in `problems`.
 */
export function parseYaml(text: string, file: string): YamlSource {
  const length = tooLong(text.length);
  if (length !== undefined) return unreadableSource(file, `the file ${length}`);
  let lines: number[] | undefined;
  const locateRange: LocateRange = (start, end) => {
    lines ??= lineStarts(text);
    return toLocation(file, lines, start, end);
  };
  const documents = parseDocuments(text);
  const [document] = documents;
  if (!document) return unreadableSource(file, "the file cannot be parsed", text);
  const places = placesOf(document);
  const problems = problemsOf(documents, places, text, locateRange);
  const value = toValue(document, problems, locateRange);
  const source: YamlSource = {
    file,
    text,
    get document() {
      return recentDocument(source);
    },
    value,
    problems,
    locate: (path, part = "value") => locateRange(...places.rangeOf(path, part)),
    isAnchored: places.isAnchored,
    locateRange,
  };
  return source;
}

/** A file that cannot be read as text at all: its one problem stands at its start. */
export function unreadableSource(file: string, message: string, text = ""): YamlSource {
  const at = { file, line: 1, column: 1, endLine: 1, endColumn: 2 };
  return {
    file,
    text,
    document: emptyDocument(),
    value: undefined,
    problems: [{ kind: "syntax", message, hint: "save it as plain UTF-8 text", at }],
    locate: () => at,
    isAnchored: () => false,
    locateRange: () => at,
  };
}

/**
 * The syntax trees asked for last. Thousands of files are open at once, and only what repairs a file needs its tree,
 * so a few suffice.
 */
const RECENT = new Map<YamlSource, Document.Parsed>();
const MOST_RECENT = 32;

function remember(source: YamlSource, document: Document.Parsed): Document.Parsed {
  RECENT.delete(source);
  RECENT.set(source, document);
  const [oldest] = RECENT.keys();
  if (RECENT.size > MOST_RECENT && oldest) RECENT.delete(oldest);
  return document;
}

function recentDocument(source: YamlSource): Document.Parsed {
  return remember(source, RECENT.get(source) ?? parseDocuments(source.text)[0] ?? emptyDocument());
}

function emptyDocument(): Document.Parsed {
  return parseDocuments("null")[0] as Document.Parsed;
}

/** The documents of a text; at least one, unless the parser itself gives up. */
export function parseDocuments(text: string): Document.Parsed[] {
  try {
    const documents = parseAllDocuments(text, {
      version: "1.1",
      prettyErrors: false,
      // Its warnings would go to the console, past the masks.
      logLevel: "error",
      strict: true,
      // Its own check compares every key of a map with every other.
      uniqueKeys: false,
      merge: true,
      customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !isForeignToHelm(tag)),
    });
    return Array.isArray(documents) && documents.length > 0 ? documents : [emptyDocument()];
  } catch (thrown) {
    if (thrown instanceof RangeError) return [];
    throw thrown;
  }
}

const FOREIGN = ["timestamp", "binary", "omap", "pairs", "set"].map((name) => `tag:yaml.org,2002:${name}`);

/** go-yaml, which Helm uses, reads `1:30` and `2001-01-01` as text, and values are plain maps, lists and scalars. */
function isForeignToHelm(tag: { tag: string; format?: string }): boolean {
  return tag.format === "TIME" || FOREIGN.includes(tag.tag);
}

/** The value of a document; undefined when it has none because of an error. Adds what only shows here. */
function toValue(document: Document.Parsed, problems: YamlProblem[], locateRange: LocateRange): unknown {
  if (problems.some((problem) => problem.kind === "syntax")) return undefined;
  let reason: string | undefined;
  try {
    // A bomb of aliases must end in a message, not in memory.
    const value: unknown = document.toJS({ maxAliasCount: 1000 }) ?? null;
    reason = tooComplex(value);
    if (reason === undefined) return value;
  } catch (thrown) {
    reason = errorMessage(thrown);
  }
  problems.push({ kind: "syntax", message: `invalid YAML: ${reason}`, at: locateRange(0, 1) });
  return undefined;
}

function problemsOf(
  documents: readonly Document.Parsed[],
  places: Places,
  text: string,
  locateRange: LocateRange,
): YamlProblem[] {
  const problems = controlCharacter(text, locateRange);
  const syntax = documents.flatMap(({ errors: [error] }): YamlProblem[] => {
    // Syntax errors after the first are mostly its consequences.
    if (!error) return [];
    const message = `invalid YAML: ${/call stack/.test(error.message) ? "nested too deep" : error.message}`;
    return [{ kind: "syntax", message, ...flowHint(text, error.pos[0]), at: locateRange(...error.pos) }];
  });
  if (problems.length === 0) problems.push(...syntax);
  for (const { key, range } of places.duplicates)
    problems.push({ kind: "duplicate-key", message: `duplicate key \`${key}\``, at: locateRange(...range) });
  const second = documents[1];
  if (second) {
    problems.push({
      kind: "several-documents",
      message: "more than one YAML document",
      hint: "keep one document per file; Helm does not merge them",
      at: locateRange(second.range[0], second.range[0] + 1),
    });
  }
  return problems;
}

/** What YAML allows in no scalar, and Go's YAML refuses; the library here lets it pass. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;

function controlCharacter(text: string, locateRange: LocateRange): YamlProblem[] {
  const found = CONTROL.exec(text);
  if (!found) return [];
  const name = `U+${found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  return [
    {
      kind: "syntax",
      message: `invalid YAML: the control character ${name}`,
      hint: "delete it, or write it as an escape in double quotes",
      at: locateRange(found.index, found.index + 1),
    },
  ];
}

/** The usual cause of an error on a line with `[${NAME}]`: within brackets, `{` begins a map. */
function flowHint(text: string, offset: number): { hint?: string } {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const [line = ""] = text.slice(start).split("\n", 1);
  return /[[{,:]\s*[^\s"'[{,]*\$\{/.test(line) && /[[{]/.test(line.replaceAll("${", ""))
    ? { hint: 'within brackets a placeholder needs quotes: ["${NAME}"]' }
    : {};
}
