import { distance } from "fastest-levenshtein";
import { valueRules } from "../../catalogue/index.ts";
import type { ComponentDefinition } from "../../catalogue/model.ts";
import type { ChartContents } from "../../chart/model.ts";
import { hasPath, ownEntry } from "../../overrides/values.ts";
import type { Entry, LintRelease } from "../model.ts";
import { nodeAt, type RuleTree, ruleTree } from "../value-rules.ts";
import { LOOK_ALIKES } from "./look-alikes.ts";
import { chartRefuses } from "./schema.ts";

type Path = readonly (string | number)[];

/** A key that the chart is not known to read. */
export interface UnknownKey {
  entry: Entry;
  /** The keys beside which it stands. */
  known: readonly string[];
  /** No other key may stand there. */
  closed: boolean;
  /** Known from the chart itself, not from our lists. */
  certain: boolean;
  /** The only place nearby where the chart reads a key of this name. */
  belongs?: Path;
}

/** Keys that every chart, or Helm itself, knows. */
const COMMON = new Set(["global", "nameOverride", "fullnameOverride", "namespaceOverride"]);

const unknownKeysOf = new WeakMap<LintRelease, UnknownKey[]>();

/**
 * The keys of a release that its chart does not know: as the chart itself says where it is at hand, else as our lists
 * say. Of an unknown map only its own key is told.
 */
export function unknownKeys(release: LintRelease): UnknownKey[] {
  const known = unknownKeysOf.get(release);
  if (known) return known;
  const found = release.entries.flatMap((entry) => unknownKey(release, entry) ?? []);
  unknownKeysOf.set(release, found);
  return found;
}

function unknownKey(release: LintRelease, entry: Entry): UnknownKey | undefined {
  if (typeof entry.path.at(-1) === "number") return undefined;
  const known = release.contents?.knows(entry.path);
  if (release.contents && known !== "open")
    return known === "unknown" ? unknownToChart(release, release.contents, entry) : undefined;
  const closed = entry.unknown?.closed === true;
  // Where the chart takes any key, a slip and the form of Kubernetes' own objects are left to judge.
  if (!entry.unknown || (known === "open" && !closed)) return slip(release, entry);
  if (isCommon(entry) || isAnchor(entry)) return undefined;
  const tree = treeOf(release);
  const keysAt = (path: Path) =>
    [...(nodeAt(tree, path)?.children.keys() ?? [])].filter((key) => key !== "[]" && key !== "*");
  const found = { entry, known: entry.unknown.known.filter((key) => key !== "*"), closed, certain: false };
  return withPlace(found, closed ? undefined : belongs(entry.path, keysAt));
}

/** Any key may stand here, but one that is known lacks beside it and differs by a slip of the finger. */
function slip(release: LintRelease, entry: Entry): UnknownKey | undefined {
  const { layer, path, rule, leftover } = entry;
  const key = String(path.at(-1));
  if (rule || leftover || path.length < 2 || !/^[A-Za-z]{6,}$/.test(key)) return undefined;
  const parent = path.slice(0, -1);
  const node = nodeAt(treeOf(release), parent);
  // Below `*` the user's own names stand.
  if (node?.children.has("*")) return undefined;
  const known = [...(node?.children.keys() ?? []), ...(release.contents?.keysAt(parent) ?? [])];
  const meant = known.includes(key)
    ? undefined
    : onlyNearest(
        key,
        known.filter((each) => each.length > 5),
      );
  if (meant === undefined || hasPath(layer.value, [...parent, meant])) return undefined;
  return { entry, known: [meant], closed: false, certain: false };
}

function unknownToChart(release: LintRelease, contents: ChartContents, entry: Entry): UnknownKey | undefined {
  const parent = entry.path.slice(0, -1);
  const isTold = contents.knows(parent) === "unknown" || chartRefuses(release, entry.path);
  if (isTold || isAnchor(entry) || isReadByValues(release, entry.path)) return undefined;
  const found = { entry, known: contents.keysAt(parent), closed: false, certain: true };
  return withPlace(found, belongs(entry.path, (path) => contents.keysAt(path)) ?? aliasOf(contents, entry));
}

function withPlace(found: UnknownKey, place: Path | undefined): UnknownKey {
  return place ? { ...found, belongs: place } : found;
}

/** A top-level key that other charts share. */
function isCommon({ path }: Entry): boolean {
  return path.length === 1 && COMMON.has(String(path[0]));
}

/** A top-level key that only holds an anchor for the rest of the file. */
function isAnchor({ layer, path }: Entry): boolean {
  if (path.length > 1) return false;
  const node = layer.source.document.getIn([...layer.path, ...path], true);
  return typeof node === "object" && node !== null && "anchor" in node && node.anchor !== undefined;
}

/** Values may be templates that read keys of the user's own. */
function isReadByValues(release: LintRelease, path: Path): boolean {
  const name = `.Values.${path.join(".")}`;
  return release.entries.some(({ value }) => typeof value === "string" && value.includes(name));
}

/** One level up, or one level down in exactly one of the maps beside it. */
function belongs(path: Path, keysAt: (path: Path) => readonly string[]): Path | undefined {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  if (ownEntry(LOOK_ALIKES, key) !== undefined || keysAt(parent).some((each) => isNear(key, each)))
    return undefined;
  const up = parent.slice(0, -1);
  const places = [
    ...(parent.length > 0 && keysAt(up).includes(key) ? [[...up, key]] : []),
    ...keysAt(parent).flatMap((beside) =>
      keysAt([...parent, beside]).includes(key) ? [[...parent, beside, key]] : [],
    ),
  ];
  return places.length === 1 ? places[0] : undefined;
}

/** A subchart is configured below its alias, not below its name. */
function aliasOf({ dependencies }: ChartContents, { path }: Entry): Path | undefined {
  const named = dependencies.filter(({ name, alias }) => alias && path.length === 1 && name === path[0]);
  return named.length === 1 && named[0]?.alias ? [named[0].alias] : undefined;
}

/** The one known key that a typing error must have meant; undefined where two are equally near. */
export function onlyNearest(key: string, known: readonly string[]): string | undefined {
  const near = known.filter((each) => isNear(key, each));
  const edits = (each: string) => distance(key, each);
  const best = Math.min(...near.map(edits));
  const nearest = near.filter((each) => edits(each) === best);
  return nearest.length === 1 ? nearest[0] : undefined;
}

function isNear(key: string, known: string): boolean {
  return distance(key.toLowerCase(), known.toLowerCase()) <= (known.length <= 4 ? 1 : 2);
}

const trees = new WeakMap<ComponentDefinition, Map<string, RuleTree>>();

/** The rules of a component's chart, put into a tree once for each version. */
function treeOf({ definition, generation, version }: LintRelease): RuleTree {
  const byVersion = trees.get(definition) ?? new Map<string, RuleTree>();
  trees.set(definition, byVersion);
  const key = `${generation} ${version}`;
  const tree = byVersion.get(key) ?? ruleTree(valueRules(definition, { generation, version }));
  byVersion.set(key, tree);
  return tree;
}
