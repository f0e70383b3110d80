/**
 * The name a ClearML chart gives its objects: the release when it holds the chart's name, else both joined, at most
 * 63 characters (rule of the chart's `_helpers.tpl`, and of most charts).
 */
export function fullname(release: string, chart: string): string {
  const name = release.includes(chart) ? release : `${release}-${chart}`;
  return name.slice(0, 63).replace(/-+$/, "");
}
