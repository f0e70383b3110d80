import { isMap } from "../overrides/merge.ts";
import type { ChartContents, Subchart } from "./model.ts";

/**
 * What templates get: a chart's defaults with the user's values over them. As in Helm, maps merge, a null takes a
 * default away, and stays where there is none.
 */
export function effectiveValues(
  defaults: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = new Map(Object.entries(defaults));
  for (const [key, value] of Object.entries(values)) {
    const given = merged.get(key);
    if (value === null && merged.has(key)) merged.delete(key);
    else merged.set(key, isMap(given) && isMap(value) ? effectiveValues(given, value) : value);
  }
  return Object.fromEntries(merged);
}

/**
 * The subcharts that Helm installs with these values: the first condition that is set decides, else the tags, of which
 * one that is on is enough (Helm's `processDependencyEnabled`).
 * @param outermost values of the outermost chart, where tags stand
 */
export function enabledSubcharts(chart: ChartContents, values: unknown, outermost: unknown): Subchart[] {
  return chart.subcharts.filter(({ dependency }) => {
    const conditions = (dependency?.condition ?? "").split(",").map((path) => at(values, path.trim()));
    const decided = conditions.find((each) => typeof each === "boolean");
    if (decided !== undefined) return decided;
    const tags = (dependency?.tags ?? []).map((tag) => at(outermost, `tags.${tag}`));
    const set = tags.filter((each) => typeof each === "boolean");
    return set.length === 0 || set.includes(true);
  });
}

function at(values: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((map, key) => (isMap(map) ? map[key] : undefined), values);
}
