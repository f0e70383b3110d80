import { isDeepStrictEqual } from "node:util";
import type { ComponentUse } from "../environment/model.ts";
import { type ChartReference, chartName } from "../helm/chart-reference.ts";
import type { Helm, LocalChart } from "../helm/helm.ts";
import { isPending } from "../helm/pending.ts";
import type { ReleaseRecord } from "../helm/record.ts";
import type { Values } from "../overrides/values.ts";
import type { ReleaseAction } from "../plan/model.ts";
import { whatChanged } from "../plan/release.ts";

/** A release as it should be. */
export interface DesiredRelease {
  use: ComponentUse;
  reference: ChartReference;
  values: Values;
  /** Why it is upgraded although its record is as it should be: its objects are not. */
  drifted?: string;
}

/** What has to be done for it, and why. */
export interface PlannedRelease extends DesiredRelease {
  action: ReleaseAction;
  reasons: readonly string[];
  chartName: string;
  chartVersion: string;
  /** The package it is made from; undefined where nothing has to be fetched. */
  chart?: LocalChart;
  /** The newest revision, where there is one. */
  current?: ReleaseRecord;
}

/**
 * Compares a release with its newest revision. Its chart is fetched only when something may have to change: another
 * version or other values, no deployed revision, no pinned version, or a chart that is a file here.
 * @throws UserError when the chart cannot be had
 */
export async function planRelease(
  desired: DesiredRelease,
  current: ReleaseRecord | undefined,
  helm: Pick<Helm, "chart">,
): Promise<PlannedRelease> {
  const { use, reference, values, drifted } = desired;
  // A file or folder names no version here: what it holds is looked at every time.
  if (current && reference.version && drifted === undefined) {
    const pinned = { chart: chartName(reference), chartVersion: reference.version, values };
    if (isAsDesired(current, pinned)) {
      const { chart, chartVersion } = current;
      return { ...desired, action: "none", reasons: [], chartName: chart, chartVersion, current };
    }
  }
  const chart = await helm.chart(use, reference);
  const { name, version } = chart.metadata;
  const wanted = { chart: name, chartVersion: version, chartDigest: chart.digest, values };
  const planned = { ...desired, chartName: name, chartVersion: version, chart };
  if (!current || current.status === "uninstalled")
    return { ...planned, action: "install", reasons: whatChanged(undefined, wanted) };
  if (isPending(current))
    return { ...planned, action: "repair", reasons: whatChanged(current, wanted), current };
  const reasons = [...whatChanged(current, wanted), ...(drifted === undefined ? [] : [drifted])];
  if (isAsDesired(current, wanted) && drifted === undefined)
    return { ...planned, action: "none", reasons: [], current };
  return { ...planned, action: "upgrade", reasons, current };
}

interface Wanted {
  chart: string;
  chartVersion: string;
  chartDigest?: string;
  values: Values;
}

/** Whether the newest revision is deployed from this version of the chart. */
export function isDeployed(current: ReleaseRecord, wanted: Pick<Wanted, "chart" | "chartVersion">): boolean {
  return (
    current.status === "deployed" &&
    current.chart === wanted.chart &&
    withoutV(current.chartVersion) === withoutV(wanted.chartVersion)
  );
}

/** Whether it is also made with these values. */
function isAsDesired(current: ReleaseRecord, wanted: Wanted): boolean {
  return (
    isDeployed(current, wanted) &&
    // A package may change under the same version; what it was made from is known of our own revisions.
    (wanted.chartDigest === undefined || current.chartDigest === wanted.chartDigest) &&
    // JSON decides what Helm has been told: undefined keys and number forms must not count as a change.
    isDeepStrictEqual(current.values, JSON.parse(JSON.stringify(wanted.values)))
  );
}

function withoutV(version: string): string {
  return version.replace(/^v/, "");
}
