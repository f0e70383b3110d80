import { isMap } from "../../overrides/merge.ts";
import type { Path } from "../../yaml/source.ts";
import type { Change } from "../model.ts";

/** The data of a document after some changes; undefined when one of them cannot be made. */
export function expectedValue(value: unknown, changes: readonly Change[]): unknown {
  return inOrder(changes).reduce<unknown>(
    (data, change) => (data === undefined ? undefined : changed(data, change)),
    value,
  );
}

/** Values first, then from the deepest and last place up, so that the paths of all of them hold. */
function inOrder(changes: readonly Change[]): Change[] {
  return changes.toSorted((a, b) => {
    if (a.kind === "text" || b.kind === "text") return 0;
    if (a.kind === "value" || b.kind === "value")
      return Number(b.kind === "value") - Number(a.kind === "value");
    return b.path.length - a.path.length || Number(b.path.at(-1)) - Number(a.path.at(-1)) || 0;
  });
}

function changed(data: unknown, change: Change): unknown {
  if (change.kind === "text") return undefined;
  const key = change.path.at(-1);
  if (change.kind === "value") {
    return key === undefined
      ? undefined
      : at(data, change.path.slice(0, -1), (parent) => withValue(parent, key, change.to));
  }
  if (key === undefined) return undefined;
  return at(data, change.path.slice(0, -1), (parent) =>
    change.kind === "rename" ? renamed(parent, String(key), change.to) : without(parent, key),
  );
}

/** The data with what stands at a path replaced. */
function at(data: unknown, path: Path, replace: (found: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return replace(data);
  const inner = at(child(data, step), rest, replace);
  return inner === undefined ? undefined : withValue(data, step, inner);
}

function child(data: unknown, step: string | number): unknown {
  if (typeof data !== "object" || data === null || !Object.hasOwn(data, step)) return undefined;
  return (data as Record<string | number, unknown>)[step];
}

function withValue(parent: unknown, key: string | number, value: unknown): unknown {
  if (typeof parent !== "object" || parent === null || !Object.hasOwn(parent, key)) return undefined;
  if (Array.isArray(parent)) return parent.with(Number(key), value);
  return Object.fromEntries(
    Object.entries(parent).map(([name, old]) => [name, name === String(key) ? value : old]),
  );
}

function renamed(parent: unknown, from: string, to: string): unknown {
  if (!isMap(parent) || !Object.hasOwn(parent, from)) return undefined;
  return Object.fromEntries(
    Object.entries(parent).map(([name, value]) => [name === from ? to : name, value]),
  );
}

function without(parent: unknown, key: string | number): unknown {
  if (typeof parent !== "object" || parent === null || !Object.hasOwn(parent, key)) return undefined;
  if (Array.isArray(parent)) return parent.toSpliced(Number(key), 1);
  return Object.fromEntries(Object.entries(parent).filter(([name]) => name !== String(key)));
}
