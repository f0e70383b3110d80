import { randomUUID } from "node:crypto";
import { isMap } from "../../overrides/merge.ts";

/** Nothing that anybody has deployed holds it; it is fit for a host name, so that addresses stay addresses. */
const MARK = randomUUID().replaceAll("-", "");
const STAND_IN = new RegExp(`${MARK}\\.([A-Za-z_][A-Za-z0-9_]*)\\.end`, "g");

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
  if (typeof wanted === "string") return wanted.includes(MARK) ? filledText(wanted, deployed) : wanted;
  if (Array.isArray(wanted)) {
    const counterpart = counterparts(deployed);
    return wanted.map((item, index) => filledIn(item, counterpart(item, index)));
  }
  if (!isMap(wanted)) return wanted;
  return Object.fromEntries(
    Object.entries(wanted).map(([key, value]) => [
      key,
      filledIn(value, isMap(deployed) && Object.hasOwn(deployed, key) ? deployed[key] : undefined),
    ]),
  );
}

function filledText(wanted: string, deployed: unknown): unknown {
  const shown = wanted.replaceAll(STAND_IN, (_, name: string) => `\${${name}}`);
  const isScalar = ["string", "number", "boolean"].includes(typeof deployed);
  return isScalar && isAround(partsOf(wanted), String(deployed)) ? deployed : shown;
}

/** The texts before, between and after what is not known. */
function partsOf(wanted: string): string[] {
  return wanted.split(new RegExp(`${MARK}\\.[A-Za-z_][A-Za-z0-9_]*\\.end`));
}

/** Whether a text has these parts in their order, with something between any two. */
function isAround(parts: readonly string[], text: string): boolean {
  const [first = "", ...rest] = parts;
  const last = rest.pop() ?? "";
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at + 1);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length > at + last.length && text.endsWith(last);
}

/** The item of a deployed list that a wanted one is compared with: by its name, else at the same place. */
function counterparts(deployed: unknown): (item: unknown, index: number) => unknown {
  if (!Array.isArray(deployed)) return () => undefined;
  const named = new Map(
    deployed.flatMap((item) => (nameOf(item) === undefined ? [] : [[nameOf(item), item]])),
  );
  return (item, index) => named.get(nameOf(item)) ?? deployed[index];
}

function nameOf(item: unknown): string | undefined {
  return isMap(item) && typeof item.name === "string" ? item.name : undefined;
}
