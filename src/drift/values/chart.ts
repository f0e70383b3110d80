import semver from "semver";
import type { ComponentUse, Environment } from "../../environment/model.ts";
import { isLocalChart, readLocalChart } from "../../helm/chart.ts";
import { chartName, chartReference } from "../../helm/chart-reference.ts";
import type { LocalChart } from "../../helm/helm.ts";
import type { ReleaseRecord } from "../../helm/record.ts";

/** The chart that the files name, as far as that can be told without fetching it. */
export interface WantedChart {
  name: string;
  /** One version, or a range; undefined where the files leave it open. */
  version?: string;
  /** Of a chart that is a file here. */
  digest?: string;
}

/** Reads the charts that are files here, each once. */
export type LocalCharts = (use: ComponentUse, path: string) => Promise<LocalChart>;

export function localCharts(): LocalCharts {
  const read = new Map<string, Promise<LocalChart>>();
  return (use, path) => {
    const chart = read.get(path) ?? readLocalChart(use, path);
    read.set(path, chart);
    return chart;
  };
}

/** @throws UserError when the files name none, or one that is not there */
export async function wantedChart(
  use: ComponentUse,
  { edition }: Pick<Environment, "edition">,
  read: LocalCharts,
): Promise<WantedChart> {
  const noAliases = new Map<string, string>();
  const reference = chartReference(use, edition, noAliases);
  if (isLocalChart(reference, noAliases)) {
    const { metadata, digest } = await read(use, reference.chart);
    return { name: metadata.name, version: metadata.version, digest };
  }
  const { version } = reference;
  return { name: chartName(reference), ...(version === undefined ? {} : { version }) };
}

/** The chart of a release and the wanted one, as texts. */
export interface ChartDifference {
  expected: string;
  actual: string;
}

/** How the chart of a release differs from the wanted one; undefined where it does not. */
export function chartDifference(
  { chart, chartVersion, chartDigest }: Pick<ReleaseRecord, "chart" | "chartVersion" | "chartDigest">,
  { name, version, digest }: WantedChart,
): ChartDifference | undefined {
  const isOther = chart !== name || (version !== undefined && !isVersion(chartVersion, version));
  if (isOther)
    return { expected: [name, version ?? ""].join(" ").trim(), actual: `${chart} ${chartVersion}` };
  // What a release was made from is known of our own revisions.
  if (digest === undefined || chartDigest === undefined || digest === chartDigest) return undefined;
  return { expected: `${name} ${version}, ${digest}`, actual: `${chart} ${chartVersion}, ${chartDigest}` };
}

/** Whether a version is the wanted one, or within the wanted range. */
function isVersion(version: string, wanted: string): boolean {
  if (version.replace(/^v/, "") === wanted.replace(/^v/, "")) return true;
  return semver.valid(wanted) === null && semver.satisfies(version, wanted);
}
