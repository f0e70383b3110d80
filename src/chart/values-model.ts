import { isMap, mergeValues } from "../overrides/merge.ts";
import type { ChartDependency } from "./model.ts";
import type { RawChart } from "./raw-chart.ts";
import type { Reading } from "./reading.ts";
import { addSchemaKeys } from "./schema-keys.ts";
import { type Block, parseTemplate } from "./template-blocks.ts";
import type { Flow } from "./template-flow.ts";
import { readBlocks, readDefine } from "./template-reads.ts";
import { addDefaults, addUse, grow, type ValuesNode, valuesNode } from "./values-tree.ts";

/** Everything a chart and its subcharts know about values. */
export interface ValuesModel {
  tree: ValuesNode;
  defaults: Record<string, unknown>;
  /** Set when the templates are too many to follow them all. */
  unfinished: boolean;
}

/** More than the largest public charts take by far. */
const MAX_STEPS = 2_000_000;

/** Puts together what defaults, schemas and templates of a chart and its subcharts know. */
export function valuesModel(chart: RawChart): ValuesModel {
  const tree = valuesNode();
  const placed = placesOf(chart, []);
  const defaults = defaultsOf(chart);
  addDefaults(tree, defaults);
  for (const each of placed) addKeys(tree, each);
  const reading = newReading(tree, placed);
  for (const each of placed) readChartTemplates(reading, each);
  for (const { chart, prefix } of placed) readLeftDefines(reading, chart, prefix);
  return { tree, defaults, unfinished: reading.steps <= 0 };
}

/** A chart at the key of its values within the outermost chart's. */
interface PlacedChart {
  chart: RawChart;
  prefix: readonly string[];
}

/** Keys of a subchart: one for each dependency that names it, else its own name. */
export function subchartKeys(
  parent: RawChart,
  name: string,
): { key: string; dependency?: ChartDependency }[] {
  const named = parent.dependencies.filter((each) => each.name === name);
  if (named.length === 0) return [{ key: name }];
  return named.map((dependency) => ({ key: dependency.alias ?? name, dependency }));
}

function placesOf(chart: RawChart, prefix: readonly string[]): PlacedChart[] {
  return [
    { chart, prefix },
    ...chart.subcharts.flatMap((subchart) =>
      subchartKeys(chart, subchart.name).flatMap(({ key }) => placesOf(subchart, [...prefix, key])),
    ),
  ];
}

/** Default values with those of the subcharts below their keys; a parent's own win. */
function defaultsOf(chart: RawChart): Record<string, unknown> {
  const below = chart.subcharts.flatMap((subchart) =>
    subchartKeys(chart, subchart.name).flatMap(({ key, dependency }) => {
      const values = defaultsOf(subchart);
      const global = isMap(values.global) ? [{ global: values.global }] : [];
      return [...global, ...importedValues(values, dependency), { [key]: values }];
    }),
  );
  return mergeValues([...below, chart.values]);
}

function importedValues(
  values: Record<string, unknown>,
  dependency: ChartDependency | undefined,
): Record<string, unknown>[] {
  return (dependency?.importValues ?? []).flatMap((each) => {
    const [child, parent] = typeof each === "string" ? [`exports.${each}`, ""] : [each.child, each.parent];
    const found = child.split(".").reduce<unknown>((at, key) => (isMap(at) ? at[key] : undefined), values);
    if (!isMap(found)) return [];
    const steps = parent.split(".").filter((key) => key !== "" && key !== ".");
    return [steps.reduceRight<Record<string, unknown>>((inner, key) => ({ [key]: inner }), found)];
  });
}

function addKeys(tree: ValuesNode, { chart, prefix }: PlacedChart): void {
  // Helm gives every chart `global`, and every parent knows its subcharts.
  grow(tree, [...prefix, "global"]);
  if (chart.schema !== undefined) addSchemaKeys(tree, chart.schema, prefix);
  for (const { name, alias, condition, tags } of chart.dependencies) {
    grow(tree, [...prefix, alias ?? name]);
    for (const path of condition?.split(",") ?? [])
      if (path.trim() !== "") addUse(tree, [...prefix, ...path.trim().split(".")], "read");
    // Tags stand in the outermost chart's values.
    for (const tag of tags ?? []) addUse(tree, ["tags", tag], "read");
  }
}

function newReading(tree: ValuesNode, placed: readonly PlacedChart[]): Reading {
  const defines = new Map<string, Block[]>();
  // A chart whose alias differs twice is placed twice, its templates are the same.
  for (const chart of new Set(placed.map((each) => each.chart))) {
    for (const template of chart.templates) {
      for (const [name, blocks] of template.defines)
        defines.set(name, [...(defines.get(name) ?? []), ...blocks]);
    }
  }
  const reading: Reading = {
    tree,
    defines,
    seen: new Set(),
    included: new Set(),
    include: (name, dot) => readDefine(reading, name, dot),
    steps: MAX_STEPS,
  };
  return reading;
}

function readChartTemplates(reading: Reading, { chart, prefix }: PlacedChart): void {
  const dot: Flow[] = [{ kind: "context", prefix }];
  for (const template of chart.templates) readBlocks(reading, template.body, dot);
  // Default texts may be templates themselves, for `tpl`.
  for (const text of templatesIn(chart.values)) readBlocks(reading, parseTemplate(text).body, dot);
}

function templatesIn(value: unknown): string[] {
  if (typeof value === "string") return value.includes("{{") ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(templatesIn);
}

/** A template that nobody names in full is named when it runs: it gets the context of its chart. */
function readLeftDefines(reading: Reading, chart: RawChart, prefix: readonly string[]): void {
  // A library works with the values of the chart that brings it along.
  const context = chart.isLibrary ? prefix.slice(0, -1) : prefix;
  for (const template of chart.templates) {
    for (const name of template.defines.keys())
      if (!reading.included.has(name)) readDefine(reading, name, [{ kind: "context", prefix: context }]);
  }
}
