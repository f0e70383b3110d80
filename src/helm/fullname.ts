import type { Values } from "../overrides/values.ts";

/**
 * The name a ClearML chart gives its objects: the release when it holds the chart's name, else both joined, at most
 * 63 characters (rule of the chart's `_helpers.tpl`, and of most charts).
 * @param values of the release: `fullnameOverride` replaces the whole, `nameOverride` the chart's name
 */
export function fullname(release: string, chart: string, values: Values = {}): string {
  const part = textOr(values.nameOverride, chart);
  const joined = release.includes(part) ? release : `${release}-${part}`;
  return textOr(values.fullnameOverride, joined).slice(0, 63).replace(/-+$/, "");
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}
