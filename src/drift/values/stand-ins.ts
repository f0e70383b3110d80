import { randomUUID } from "node:crypto";
import { isMap } from "../../overrides/merge.ts";
import { valueAt } from "../../overrides/values.ts";

/** Nothing that anybody has deployed holds it; it is fit for a host name, so that addresses stay addresses. */
const MARK = randomUUID().replaceAll("-", "");
const STAND_IN = new RegExp(`${MARK}\\.([A-Za-z_][A-Za-z0-9_]*)\\.end`, "g");
const ANY_STAND_IN = new RegExp(`${MARK}\\.[A-Za-z_][A-Za-z0-9_]*\\.end`);

/** What stands in values for a text that is not known here. */
export function standIn(name: string): string {
  return `${MARK}.${name}.end`;
}

/** Names of the texts that are not known and that a value is made of. */
export function standInsOf(value: unknown): Set<string> {
  const text = JSON.stringify(value) ?? "";
  return new Set([...text.matchAll(STAND_IN)].map((match) => match[1] ?? ""));
}

/**
 * The wanted value with what is not known taken from the deployed one, where the text around it is the same; elsewhere
 * it stays as `${NAME}`.
 */
export function filledIn(wanted: unknown, deployed: unknown): unknown {
  if (typeof wanted === "string") {
    if (!wanted.includes(MARK)) return wanted;
    const found = textOf(deployed);
    const shown = wanted.replaceAll(STAND_IN, (_, name: string) => `\${${name}}`);
    return found !== undefined && textsBetween(partsOf(wanted), found) ? deployed : shown;
  }
  if (Array.isArray(wanted)) return pairs(wanted, deployed).map(([item, found]) => filledIn(item, found));
  if (!isMap(wanted)) return wanted;
  return Object.fromEntries(
    Object.entries(wanted).map(([key, value]) => [key, filledIn(value, valueAt(deployed, [key]))]),
  );
}

/** The deployed texts where the wanted value has stand-ins: what is there now, or was put there once. */
export function* textsBehind(wanted: unknown, deployed: unknown): Generator<string> {
  if (typeof wanted === "string") {
    const found = textOf(deployed);
    if (!wanted.includes(MARK) || found === undefined) return;
    const parts = partsOf(wanted);
    yield* textsBetween(parts, found) ?? [inside(parts, found)];
  } else if (Array.isArray(wanted)) {
    for (const [item, found] of pairs(wanted, deployed)) yield* textsBehind(item, found);
  } else if (isMap(wanted)) {
    for (const [key, value] of Object.entries(wanted)) yield* textsBehind(value, valueAt(deployed, [key]));
  }
}

function textOf(value: unknown): string | undefined {
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : undefined;
}

/** The texts before, between and after what is not known. */
function partsOf(wanted: string): string[] {
  return wanted.split(ANY_STAND_IN);
}

/** What a text has between these parts; undefined when it does not have them in their order, something between any two. */
function textsBetween(parts: readonly string[], text: string): string[] | undefined {
  const [first = "", ...rest] = parts;
  const last = rest.pop() ?? "";
  if (!text.startsWith(first) || !text.endsWith(last)) return undefined;
  const between: string[] = [];
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at + 1);
    if (found < 0) return undefined;
    between.push(text.slice(at, found));
    at = found + part.length;
  }
  if (text.length <= at + last.length) return undefined;
  return [...between, text.slice(at, text.length - last.length)];
}

/** What is left of another text without what it has in common with the first and the last part. */
function inside(parts: readonly string[], text: string): string {
  const [first = "", last = ""] = [parts[0], parts.at(-1)];
  let start = 0;
  while (start < Math.min(first.length, text.length) && first[start] === text[start]) start++;
  let end = 0;
  while (end < Math.min(last.length, text.length - start) && last.at(-1 - end) === text.at(-1 - end)) end++;
  return text.slice(start, text.length - end);
}

/** The items of a wanted list with those of the deployed one: by their names, else by their places. */
function pairs(wanted: readonly unknown[], deployed: unknown): (readonly [unknown, unknown])[] {
  if (!Array.isArray(deployed)) return wanted.map((item) => [item, undefined]);
  const named = new Map<unknown, unknown>(deployed.map((item) => [nameOf(item), item]));
  return wanted.map((item, index) => {
    const name = nameOf(item);
    return [item, name === undefined ? deployed[index] : named.get(name)];
  });
}

function nameOf(item: unknown): string | undefined {
  return isMap(item) && typeof item.name === "string" ? item.name : undefined;
}
