import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments } from "yaml";
import { errorMessage, type Location, type Problem } from "../core/errors.ts";

/** A step into a YAML value: a key of a map or an index of a list. */
export type Path = readonly (string | number)[];

/** A YAML file, parsed once, with the place of everything in it. */
export interface YamlSource {
  /** As the user knows it: relative to the working folder. */
  readonly file: string;
  readonly text: string;
  /** The first document; Helm reads no other. */
  readonly document: Document.Parsed;
  /** Its value as plain data, with the types Helm gives them (YAML 1.1 booleans). */
  readonly value: unknown;
  /** Syntax errors and duplicate keys, each at its place. */
  readonly problems: readonly YamlProblem[];
  /** The place of a value, or of its key. A path that is not there gives its nearest parent. */
  locate(path: Path, part?: "key" | "value"): Location;
  /** The place of a range of characters. */
  locateRange(start: number, end: number): Location;
}

export interface YamlProblem extends Problem {
  at: Location;
  kind: "syntax" | "duplicate-key" | "several-documents";
}

/**
 * Parses a YAML text as Helm does: YAML 1.1 booleans and octals, merge keys, but no sexagesimal numbers and no
 * timestamps. Never throws; what is wrong is in `problems`.
 */
export function parseYaml(text: string, file: string): YamlSource {
  const documents = parseAllDocuments(text, {
    version: "1.1",
    prettyErrors: false,
    // Its warnings would go to the console, past the masks.
    logLevel: "error",
    strict: true,
    uniqueKeys: true,
    merge: true,
    customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !isForeignToHelm(tag)),
  });
  const lines = lineStarts(text);
  const parsed = Array.isArray(documents) ? documents : [];
  const document = (parsed[0] ?? parseAllDocuments("null")[0]) as Document.Parsed;
  const locateRange = (start: number, end: number) => toLocation(file, lines, start, end);
  const problems = problemsOf(parsed, text, locateRange);
  return {
    file,
    text,
    document,
    value: toValue(document, problems, locateRange),
    problems,
    locate: (path, part = "value") => locateRange(...rangeOf(document, path, part)),
    locateRange,
  };
}

/** go-yaml, which Helm uses, reads `1:30` and `2001-01-01` as text. */
function isForeignToHelm(tag: { tag: string; format?: string }): boolean {
  return tag.format === "TIME" || tag.tag === "tag:yaml.org,2002:timestamp";
}

/** The value of a document; undefined when it has none because of an error. Adds what only shows here. */
function toValue(
  document: Document.Parsed,
  problems: YamlProblem[],
  locateRange: (start: number, end: number) => Location,
): unknown {
  if (problems.some((problem) => problem.kind === "syntax")) return undefined;
  try {
    // A bomb of aliases must end in a message, not in memory.
    const value: unknown = document.toJS({ maxAliasCount: 1000 }) ?? null;
    if (isCyclic(value, new Set())) throw new Error("an alias stands within what it refers to");
    return value;
  } catch (thrown) {
    problems.push({
      kind: "syntax",
      message: `invalid YAML: ${errorMessage(thrown)}`,
      at: locateRange(0, 1),
    });
    return undefined;
  }
}

/** Whether a value holds itself. `above` are the lists and maps around it. */
function isCyclic(value: unknown, above: Set<unknown>): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (above.has(value)) return true;
  above.add(value);
  const found = Object.values(value).some((item) => isCyclic(item, above));
  above.delete(value);
  return found;
}

function problemsOf(
  documents: readonly Document.Parsed[],
  text: string,
  locateRange: (start: number, end: number) => Location,
): YamlProblem[] {
  const problems = documents.flatMap((document) =>
    withoutEchoes(document.errors).map(
      (error): YamlProblem => ({
        kind: error.code === "DUPLICATE_KEY" ? "duplicate-key" : "syntax",
        message:
          error.code === "DUPLICATE_KEY"
            ? `duplicate key \`${keyAt(text, error.pos[0])}\``
            : `invalid YAML: ${error.message}`,
        ...flowHint(text, error.pos[0]),
        at: locateRange(...error.pos),
      }),
    ),
  );
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

/** Syntax errors after the first are mostly its consequences; a duplicate key stands for itself. */
function withoutEchoes(errors: Document.Parsed["errors"]): Document.Parsed["errors"] {
  const first = errors.find((error) => error.code !== "DUPLICATE_KEY");
  return errors.filter((error) => error === first || error.code === "DUPLICATE_KEY");
}

/** The usual cause of an error on a line with `[${NAME}]`: within brackets, `{` begins a map. */
function flowHint(text: string, offset: number): { hint?: string } {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const [line = ""] = text.slice(start).split("\n", 1);
  return /[[{,:]\s*[^\s"'[{,]*\$\{/.test(line) && /[[{]/.test(line.replaceAll("${", ""))
    ? { hint: 'within brackets a placeholder needs quotes: ["${NAME}"]' }
    : {};
}

function keyAt(text: string, offset: number): string {
  return /^["']?([^"':\n]*)/.exec(text.slice(offset))?.[1]?.trim() ?? "";
}

function rangeOf(document: Document.Parsed, path: Path, part: "key" | "value"): [number, number] {
  let node: Node | null = document.contents;
  let range = nodeRange(node) ?? [0, 1];
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    const last = index === path.length - 1;
    if (isMap(node)) {
      const pair: { key: unknown; value: unknown } | undefined = node.items.find(
        (item) => String(isScalar(item.key) ? item.key.value : item.key) === String(step),
      );
      if (!pair) return range;
      const value: Node | null = (pair.value as Node | null) ?? null;
      const key = nodeRange(pair.key as Node | null);
      range = (last && part === "key" ? key : undefined) ?? nodeRange(value) ?? key ?? range;
      node = value;
    } else if (isSeq(node)) {
      const item = (node.items[Number(step)] as Node | null | undefined) ?? null;
      if (!item) return range;
      range = nodeRange(item) ?? range;
      node = item;
    } else return range;
  }
  return range;
}

function nodeRange(node: Node | null): [number, number] | undefined {
  return node?.range ? [node.range[0], Math.max(node.range[1], node.range[0] + 1)] : undefined;
}

/** Offsets at which lines start. The library's own counter loses lines when it recovers from an error. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function toLocation(file: string, lines: readonly number[], start: number, end: number): Location {
  const [from, to] = [position(lines, start), position(lines, end)];
  return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

/** Line and column of an offset, by bisection. */
function position(lines: readonly number[], offset: number): { line: number; column: number } {
  let [low, high] = [0, lines.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: Math.max(offset - (lines[low] ?? 0), 0) + 1 };
}
