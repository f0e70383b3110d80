import { isDeepStrictEqual } from "node:util";
import { isMap } from "../../overrides/merge.ts";
import type { Place, Step } from "./model.ts";

/** A place as a JSON pointer (RFC 6901); an item of a keyed list as `name=web`, several keys joined by commas. */
export function pointerOf(place: Place): string {
  return place.map((step) => `/${escaped(textOf(step))}`).join("");
}

function textOf(step: Step): string {
  if ("field" in step) return step.field;
  if ("index" in step) return String(step.index);
  if ("value" in step) return `=${String(step.value)}`;
  return Object.entries(step.key)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(",");
}

function escaped(text: string): string {
  return text.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** What stands at a place; undefined where there is nothing. */
export function valueAtPlace(value: unknown, place: Place): unknown {
  return place.reduce<unknown>(below, value);
}

function below(value: unknown, step: Step): unknown {
  if ("field" in step)
    return isMap(value) && Object.hasOwn(value, step.field) ? value[step.field] : undefined;
  if (!Array.isArray(value)) return undefined;
  if ("index" in step) return value[step.index];
  if ("value" in step) return value.find((item) => isDeepStrictEqual(item, step.value));
  return value.find((item) => isMap(item) && hasKeys(item, step.key));
}

/** Whether a list's item has these keys. A port without a protocol is a TCP port. */
export function hasKeys(
  item: Readonly<Record<string, unknown>>,
  key: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(key).every(
    ([name, value]) => (item[name] ?? (name === "protocol" ? "TCP" : undefined)) === value,
  );
}

/** Whether a place is the other one, or lies below it. */
export function isWithin(place: Place, ancestor: Place): boolean {
  return (
    place.length >= ancestor.length && ancestor.every((step, index) => isDeepStrictEqual(step, place[index]))
  );
}
