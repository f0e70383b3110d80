import { type Document, isCollection, isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { Path } from "../../yaml/source.ts";
import type { Change } from "../model.ts";
import { scalarTexts } from "./scalar-text.ts";

/** A replacement of characters. The texts are tried in their order until one means what was asked for. */
export interface Draft {
  start: number;
  end: number;
  texts: readonly string[];
}

/** Where a change would be written, and how; undefined when its place cannot be edited safely. */
export function draftOf(change: Change): Draft | undefined {
  const { source } = change;
  if (change.kind === "text") {
    const { start, end, to } = change;
    return start <= end && end <= source.text.length ? { start, end, texts: [to] } : undefined;
  }
  const place = placeAt(source.document, change.path);
  if (!place) return undefined;
  if (change.kind === "value") return valueDraft(source.text, place.node, change.to);
  if (change.kind === "rename") return keyDraft(source.text, place, change.to);
  return removalDraft(source.text, place);
}

interface Place {
  parent: Node;
  index: number;
  pair?: Pair;
  node: Node | null;
}

/** The node at a path; undefined where the path leads through an alias or a merge key. */
function placeAt(document: Document.Parsed, path: Path): Place | undefined {
  let place: Place | undefined;
  let current: Node | null = document.contents;
  for (const step of path) {
    if (isMap(current)) {
      const index = current.items.findIndex(({ key }) => isScalar(key) && String(key.value) === String(step));
      const pair: Pair | undefined = current.items[index];
      if (!pair) return undefined;
      place = { parent: current, index, pair, node: (pair.value as Node | null) ?? null };
    } else if (isSeq(current) && typeof step === "number" && step < current.items.length) {
      place = { parent: current, index: step, node: current.items[step] as Node };
    } else return undefined;
    current = place.node;
  }
  return place;
}

function valueDraft(
  text: string,
  node: Node | null,
  to: string | number | boolean | null,
): Draft | undefined {
  if (!node?.range) return undefined;
  if (isCollection(node) && !node.flow) return undefined;
  const [start, end] = node.range;
  const now = text.slice(start, end);
  const type = isScalar(node) ? node.type : undefined;
  const texts = scalarTexts(to, now === "" ? undefined : { ...(type ? { type } : {}), text: now });
  // `key:` without a value ends right at its colon.
  const blank = now === "" && /[:-]/.test(text[start - 1] ?? "") ? " " : "";
  return { start, end, texts: texts.map((each) => blank + each) };
}

function keyDraft(text: string, { pair }: Place, to: string): Draft | undefined {
  const key = pair?.key;
  if (!isScalar(key) || !key.range) return undefined;
  const [start, end] = key.range;
  const texts = scalarTexts(to, { ...(key.type ? { type: key.type } : {}), text: text.slice(start, end) });
  return { start, end, texts };
}

/** Removes an item with its line, or with its comma. */
function removalDraft(text: string, place: Place): Draft | undefined {
  const { parent, index } = place;
  if (!isCollection(parent)) return undefined;
  const start = startOf(place.pair ?? place.node);
  const end = endOf(place.pair ?? place.node);
  if (start === undefined || end === undefined) return undefined;
  if (parent.flow) return flowRemoval(parent.items, index, start, end);
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const before = text.slice(lineStart, start);
  if (!(place.pair ? /^\s*$/ : /^\s*-\s+$/).test(before)) return undefined;
  return { start: lineStart, end: endOfLine(text, end), texts: [""] };
}

function flowRemoval(
  items: readonly unknown[],
  index: number,
  start: number,
  end: number,
): Draft | undefined {
  const next = startOf(items[index + 1]);
  if (next !== undefined) return { start, end: next, texts: [""] };
  const previous = endOf(items[index - 1]);
  return { start: previous ?? start, end, texts: [""] };
}

type Item = Node | Pair | null | undefined;

function startOf(item: unknown): number | undefined {
  const each = item as Item;
  if (!each) return undefined;
  const node = "key" in each ? (each.key as Node | null) : (each as Node);
  return node?.range?.[0];
}

/** Where the value ends, without the comments behind it. */
function endOf(item: unknown): number | undefined {
  const each = item as Item;
  if (!each) return undefined;
  if (!("key" in each)) return (each as Node).range?.[1];
  return (each.value as Node | null)?.range?.[1] ?? (each.key as Node | null)?.range?.[1];
}

/** The start of the next line, when only a comment follows; blocks end there already. */
function endOfLine(text: string, end: number): number {
  if (text[end - 1] === "\n") return end;
  const rest = /^[^\S\n]*(#[^\n]*)?(\n|$)/.exec(text.slice(end, end + 2000));
  return end + (rest?.[0].length ?? 0);
}
