import { chartSource, valueRules } from "../catalogue/index.ts";
import type { ComponentDefinition } from "../catalogue/model.ts";
import type { ChartContents } from "../chart/model.ts";
import type { Location } from "../core/errors.ts";
import type { ComponentUse, Environment } from "../environment/model.ts";
import { isMap, mergeValues } from "../overrides/merge.ts";
import {
  BUILT_IN_NAMES,
  findPlaceholders,
  replacePlaceholders,
  resolvePlaceholders,
} from "../overrides/placeholders.ts";
import { type ValuesLayer, valuesLayers } from "../overrides/resolve.ts";
import { hasPath } from "../overrides/values.ts";
import type { Path, YamlSource } from "../yaml/source.ts";
import { isLeftover } from "./facts/leftover.ts";
import type { Entry, LintRelease, Variable } from "./model.ts";
import { child, nodeAt, type RuleTree, ruleTree } from "./value-rules.ts";

type Lookup = (name: string) => string | undefined;

/** Names that mean something in a tenant's components only. */
const TENANT_NAMES = new Set(["TENANT", "COMPANY_ID", "TENANT_ACCESS_KEY", "TENANT_SECRET_KEY"]);

/** A component of an environment as rules see it. */
export function environmentRelease(
  use: ComponentUse,
  environment: Environment,
  contents?: ChartContents,
): LintRelease {
  const builtIn = BUILT_IN_NAMES.filter((name) => use.tenant !== undefined || !TENANT_NAMES.has(name));
  const values: Record<string, string> = {
    ...environment.variables,
    BASE_DOMAIN: environment.baseDomain,
    NAMESPACE: use.namespace,
    RELEASE: use.release,
    ...(use.tenant ? { TENANT: use.tenant } : {}),
  };
  const source = chartSource(use.definition, {
    edition: environment.edition,
    version: use.version,
    repository: use.repository,
  });
  const chart = use.chart ?? source?.name;
  return buildRelease({
    definition: use.definition,
    layers: valuesLayers(use),
    lookup: (name) => values[name],
    at: use.at,
    environment,
    use,
    ...(use.tenant ? { tenant: use.tenant } : {}),
    ...(use.version ? { version: use.version } : {}),
    namespace: use.namespace,
    release: use.release,
    ...(contents ? { contents } : {}),
    ...(chart ? { chart } : {}),
    ...(source ? { generation: source.generation } : {}),
    names: [...builtIn, ...Object.keys(environment.variables), ...environment.secrets],
  });
}

/** A single values file as rules see it: no environment, so no name is known. */
export function fileRelease(definition: ComponentDefinition, source: YamlSource): LintRelease {
  const layers = [{ source, path: [], value: source.value }];
  return buildRelease({ definition, layers, lookup: () => undefined, at: source.locate([]) });
}

type Parts = Omit<LintRelease, "id" | "entries" | "variables" | "values" | "ruleAt" | "locate"> & {
  lookup: Lookup;
};

function buildRelease({ lookup, ...parts }: Parts): LintRelease {
  const { definition, layers } = parts;
  const tree = treeOf(definition, parts);
  const maps = layers.filter((layer): layer is ValuesLayer & { value: Record<string, unknown> } =>
    isMap(layer.value),
  );
  const entries = maps
    .filter(({ value }) => !isEncrypted(value))
    .flatMap((layer) => entriesOf(layer, tree, lookup));
  return {
    ...parts,
    id: definition.id,
    entries,
    variables: variablesOf(entries),
    values: mergeValues(
      maps.map(({ value }) => resolvePlaceholders(value, lookup) as Record<string, unknown>),
    ),
    ruleAt: (path) => nodeAt(tree, path)?.rule,
    locate: (path) => locateIn(maps, path) ?? parts.at,
  };
}

const TREES = new WeakMap<ComponentDefinition, Map<string, RuleTree>>();

/** The value rules of a chart, built once: thousands of tenants use the same few. */
function treeOf(definition: ComponentDefinition, chart: Pick<Parts, "generation" | "version">): RuleTree {
  const trees = TREES.get(definition) ?? new Map<string, RuleTree>();
  TREES.set(definition, trees);
  const key = `${chart.generation} ${chart.version}`;
  const tree = trees.get(key) ?? ruleTree(valueRules(definition, chart));
  trees.set(key, tree);
  return tree;
}

/** Whether values were encrypted with SOPS: their texts say nothing. */
export function isEncrypted(value: unknown): boolean {
  return isMap(value) && isMap(value.sops) && ("mac" in value.sops || "lastmodified" in value.sops);
}

function entriesOf(layer: ValuesLayer, tree: RuleTree, lookup: Lookup): Entry[] {
  const entries: Entry[] = [];
  const visit = (value: unknown, path: Path, node: RuleTree | undefined) => {
    const items: Iterable<[string | number, unknown]> = Array.isArray(value)
      ? value.entries()
      : Object.entries(isMap(value) ? value : {});
    for (const [key, item] of items) {
      const next = child(node, key);
      const place = [...path, key];
      entries.push({ ...entry(layer, item, place, next, lookup), ...(next ? {} : unknownKey(node, key)) });
      visit(item, place, next);
    }
  };
  visit(layer.value, [], tree);
  return entries;
}

/** Marks a key that its map does not know, where the keys of that map are known at all. */
function unknownKey(parent: RuleTree | undefined, key: string | number): Pick<Entry, "unknown"> {
  if (!parent || typeof key === "number" || parent.rule?.open) return {};
  const known = [...parent.children.keys()].filter((each) => each !== "[]");
  if (known.length === 0) return {};
  return { unknown: { known, closed: parent.rule?.closed === true } };
}

function entry(
  layer: ValuesLayer,
  value: unknown,
  path: Path,
  node: RuleTree | undefined,
  lookup: Lookup,
): Entry {
  const text = typeof value === "string" ? knownText(value, lookup) : undefined;
  return {
    layer,
    path,
    value,
    ...(text === undefined ? {} : { text }),
    leftover: typeof value === "string" && isLeftover(value),
    ...(node?.rule ? { rule: node.rule } : {}),
    at: (part = "value") => layer.source.locate([...layer.path, ...path], part),
  };
}

/** The text with its names replaced; undefined when one of them has no value yet. */
function knownText(text: string, lookup: Lookup): string | undefined {
  if (findPlaceholders(text).some(({ kind, name }) => kind !== "name" || lookup(name) === undefined))
    return undefined;
  return replacePlaceholders(text, lookup);
}

/** Items `{name, value}` of the lists known to be environment lists. */
function variablesOf(entries: readonly Entry[]): Variable[] {
  const values = new Map<string, Entry>();
  for (const each of entries) {
    if (each.path.at(-1) === "value" && each.rule?.path.endsWith("[].value"))
      values.set(placeOf(each.layer, each.path.slice(0, -1)), each);
  }
  return entries.flatMap((item): Variable[] => {
    if (!item.rule || !/(?:nvs|env|nvironment)\[\]$/.test(item.rule.path)) return [];
    if (!isMap(item.value)) return [];
    const name = typeof item.value.name === "string" ? item.value.name : "";
    const value = values.get(placeOf(item.layer, item.path));
    return [{ item, name, ...(value ? { value } : {}) }];
  });
}

function placeOf(layer: ValuesLayer, path: Path): string {
  return JSON.stringify([layer.source.file, layer.path, path]);
}

/** Where the merged value of a component was set last; the component itself when no file sets it. */
export function locateValue(use: ComponentUse, path: Path): Location {
  return locateIn(valuesLayers(use), path) ?? use.at;
}

function locateIn(layers: readonly ValuesLayer[], path: Path) {
  const setter = layers.toReversed().find(({ value }) => hasPath(value, path));
  return setter?.source.locate([...setter.path, ...path]);
}
