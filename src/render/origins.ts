import type { Location } from "../core/errors.ts";
import type { Entry, LintRelease } from "../lint/model.ts";
import { isMap } from "../overrides/merge.ts";
import { replacePlaceholders } from "../overrides/placeholders.ts";
import { ownEntry, valueAt } from "../overrides/values.ts";
import type { Path } from "../yaml/source.ts";
import { textResolver } from "./values.ts";

/** Finds the overrides that caused a value of a rendered object. */
export type OriginFinder = (object: unknown, path: Path) => readonly Location[];

/** The overrides of a release that count, by what they say. */
interface Index {
  byText: ReadonlyMap<string, readonly Entry[]>;
  byVariable: ReadonlyMap<string, readonly Entry[]>;
}

/** Shorter texts, numbers and booleans are the same by chance. */
const TELLING_LENGTH = 5;
/** Keys of charts' values that become another key of an object. */
const RENAMED: Readonly<Record<string, string>> = {
  replicacount: "replicas",
  hostname: "host",
  storageclass: "storageclassname",
  pullpolicy: "imagepullpolicy",
};

/**
 * Finds where values of a release's objects were written. Never a guess: several places that explain a value equally
 * well are all given, and none when nothing does.
 */
export function originFinder(release: LintRelease): OriginFinder {
  let index: Index | undefined;
  return (object, path) => {
    index ??= indexOf(release);
    const value = valueAt(object, path);
    const found = ofVariable(object, path, index) ?? (value === undefined ? [] : ofValue(value, path, index));
    return unique(found.map((entry) => entry.at()));
  };
}

function indexOf(release: LintRelease): Index {
  const lookup = textResolver(release);
  const textOf = ({ value, text }: Entry) =>
    typeof value === "string" ? (text ?? replacePlaceholders(value, lookup)) : JSON.stringify(value);
  const counting = release.entries.filter((entry) => entry.value !== null && isEffective(entry, release));
  const variables = release.variables.filter(({ item }) => isEffective(item, release));
  return {
    byText: Map.groupBy(counting, textOf),
    byVariable: new Map(
      [...Map.groupBy(variables, ({ name }) => name)].map(([name, same]) => [
        name,
        same.map(({ item, value }) => value ?? item),
      ]),
    ),
  };
}

/** Whether no later file says something else at the same place. */
function isEffective(entry: Entry, release: LintRelease): boolean {
  const at = entry.at();
  const last = release.locate(entry.path);
  return at.file === last.file && at.line === last.line && at.column === last.column;
}

/** A variable of a container is known by its name; undefined for any other value. */
function ofVariable(object: unknown, path: Path, { byVariable }: Index): readonly Entry[] | undefined {
  const depth = path.findIndex((step, at) => typeof step === "number" && path[at - 1] === "env");
  if (depth < 0) return undefined;
  const variable = valueAt(object, path.slice(0, depth + 1));
  if (!isMap(variable) || typeof variable.name !== "string") return undefined;
  const entries = byVariable.get(variable.name);
  return entries?.length ? entries : undefined;
}

function ofValue(value: unknown, path: Path, index: Index): readonly Entry[] {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const same = index.byText.get(text) ?? [];
  const ranked = same.map((entry) => ({ entry, rank: commonTail(path, entry.path) }));
  const best = Math.max(0, ...ranked.map(({ rank }) => rank));
  if (best > 0) return ranked.filter(({ rank }) => rank === best).map(({ entry }) => entry);
  if (typeof value === "string" && isTelling(value) && same.length > 0) return same;
  return typeof value === "string" && keyOf(path.at(-1)) === "image" ? ofImage(value, index) : [];
}

function isTelling(text: string): boolean {
  return text.length >= TELLING_LENGTH && !/^[\d.]+$/.test(text) && !/^(true|false)$/i.test(text);
}

/** An image is put together of `registry`, `repository` and `tag`. */
function ofImage(image: string, { byText }: Index): readonly Entry[] {
  const { repository, tag } = partsOf(image);
  const written = (text: string, key: string) =>
    (byText.get(text) ?? []).filter(({ path }) => keyOf(path.at(-1)) === key);
  const names = repository.split("/").map((_, at, parts) => parts.slice(at).join("/"));
  const repositories = names.flatMap((name) => written(name, "repository"));
  return repositories.length > 0 || tag === "" ? repositories : written(tag, "tag");
}

/** Splits `registry:5000/name:tag@sha256:…`. */
function partsOf(image: string): { repository: string; tag: string } {
  const [name = ""] = image.split("@");
  const found = /^(?<repository>.+?)(?::(?<tag>[^/:]+))?$/.exec(name);
  return { repository: found?.groups?.repository ?? name, tag: found?.groups?.tag ?? "" };
}

/** How many keys at the end of two paths are the same; places in lists do not count. */
function commonTail(a: Path, b: Path): number {
  const [left, right] = [a, b].map((path) => path.filter((step) => typeof step === "string").reverse());
  const length = Math.min(left?.length ?? 0, right?.length ?? 0);
  for (let at = 0; at < length; at += 1) if (keyOf(left?.[at]) !== keyOf(right?.[at])) return at;
  return length;
}

function keyOf(step: string | number | undefined): string {
  const key = String(step).toLowerCase();
  return ownEntry(RENAMED, key) ?? key;
}

function unique(places: readonly Location[]): Location[] {
  return [...new Map(places.map((at) => [`${at.file}:${at.line}:${at.column}`, at])).values()];
}
