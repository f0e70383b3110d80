import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { Location } from "../core/errors.ts";
import type { Path } from "./source.ts";

/** Offsets of a text: where something starts, and where it ends. */
export type Range = [start: number, end: number];

/** Where everything of a document stands. A syntax tree takes about fifty times the memory of this. */
export interface Places {
  /** Offsets of a value, or of its key; of its nearest parent where the path leads nowhere. */
  rangeOf(path: Path, part: "key" | "value"): Range;
  /** Whether the value carries an anchor: it is there for the rest of the file. */
  isAnchored(path: Path): boolean;
  /** Keys that stand in their map a second time. */
  readonly duplicates: readonly { key: string; range: Range }[];
}

/** Nodes in the order of the text: ranges of key and value, the index after the last child, the target of an alias. */
interface Table {
  /** Key of the node in its map, or index in its list, as text. */
  keys: string[];
  /** Six numbers for each node. */
  numbers: number[];
}

const WIDTH = 6;
const [KEY_START, KEY_END, START, END, AFTER, TARGET] = [0, 1, 2, 3, 4, 5];
const NONE = -1;

/** Notes the places of a document. */
export function placesOf(document: Document.Parsed): Places {
  const table: Table = { keys: [], numbers: [] };
  const duplicates: { key: string; range: Range }[] = [];
  const anchors = new Map<string, number>();
  const anchored = new Set<number>();
  const add = (node: Node | null, name: string, key: Range | undefined): void => {
    const index = table.keys.push(name) - 1;
    const range = nodeRange(node) ?? [NONE, NONE];
    const target = isAlias(node) ? (anchors.get(node.source) ?? NONE) : NONE;
    table.numbers.push(key?.[0] ?? NONE, key?.[1] ?? NONE, ...range, 0, target);
    if (node && "anchor" in node && node.anchor) {
      anchors.set(node.anchor, index);
      anchored.add(index);
    }
    if (isMap(node)) addPairs(node.items, add, duplicates);
    else if (isSeq(node))
      for (const [at, item] of node.items.entries()) add(item as Node | null, String(at), undefined);
    table.numbers[index * WIDTH + AFTER] = table.keys.length;
  };
  add(document.contents, "", undefined);
  const numbers = Int32Array.from(table.numbers);
  return {
    duplicates,
    rangeOf: (path, part) => find(table.keys, numbers, path, part).range,
    isAnchored: (path) => {
      const { node } = find(table.keys, numbers, path, "value");
      return node !== undefined && anchored.has(node);
    },
  };
}

function addPairs(
  pairs: readonly Pair[],
  add: (node: Node | null, name: string, key: Range | undefined) => void,
  duplicates: { key: string; range: Range }[],
): void {
  const seen = new Set<unknown>();
  for (const pair of pairs) {
    const key = pair.key as Node | null;
    // Keys that are lists or maps have no name to be found by.
    const value = isScalar(key) ? key.value : undefined;
    const range = nodeRange(key);
    // Several merge keys, whose value is a symbol, are several merges.
    if (isScalar(key) && seen.has(value) && typeof value !== "symbol")
      duplicates.push({ key: String(value), range: range ?? [0, 1] });
    if (isScalar(key)) seen.add(value);
    add((pair.value as Node | null) ?? null, String(value ?? ""), range);
  }
}

/** The range of a path, and its node unless the path leads nowhere. */
function find(
  keys: readonly string[],
  numbers: Int32Array,
  path: Path,
  part: "key" | "value",
): { range: Range; node?: number } {
  const at = (index: number, field: number) => numbers[index * WIDTH + field] ?? NONE;
  const rangeAt = (index: number, start: number, end: number): Range | undefined =>
    at(index, start) === NONE ? undefined : [at(index, start), at(index, end)];
  let node = 0;
  let range = rangeAt(0, START, END) ?? [0, 1];
  for (const [depth, step] of path.entries()) {
    const parent = at(node, TARGET) === NONE ? node : at(node, TARGET);
    const wanted = String(step);
    let next = parent + 1;
    while (next < at(parent, AFTER) && keys[next] !== wanted) next = at(next, AFTER);
    if (next >= at(parent, AFTER)) return { range };
    const key = rangeAt(next, KEY_START, KEY_END);
    const isLast = depth === path.length - 1;
    range = (isLast && part === "key" ? key : undefined) ?? rangeAt(next, START, END) ?? key ?? range;
    node = next;
  }
  return { range, node };
}

function nodeRange(node: Node | null): Range | undefined {
  return node?.range ? [node.range[0], Math.max(node.range[1], node.range[0] + 1)] : undefined;
}

/** Offsets at which lines start. The library's own counter loses lines when it recovers from an error. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The place of a range of offsets. */
export function toLocation(file: string, lines: readonly number[], start: number, end: number): Location {
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
