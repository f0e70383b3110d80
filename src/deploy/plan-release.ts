import { isDeepStrictEqual } from "node:util";
import { UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import { type ChartReference, chartName } from "../helm/chart-reference.ts";
import type { ChartMetadata, Helm } from "../helm/helm.ts";
import { acceptsKubernetes } from "../helm/kubernetes-window.ts";
import type { ReleaseRecord } from "../helm/record.ts";

/** A release as it should be. */
export interface DesiredRelease {
  use: ComponentUse;
  reference: ChartReference;
  values: Readonly<Record<string, unknown>>;
}

/** What has to be done for it. */
export interface PlannedRelease extends DesiredRelease {
  action: "install" | "upgrade" | "none";
  chart: string;
  chartVersion: string;
  current?: ReleaseRecord;
}

/**
 * Compares a release with its newest revision. The chart is asked for only when something may have to change: an
 * unpinned or changed version, other values, or no deployed revision.
 * @throws UserError when the chart cannot be had, or does not accept the cluster's version
 */
export async function planRelease(
  desired: DesiredRelease,
  current: ReleaseRecord | undefined,
  helm: Helm,
  kubernetesVersion: string,
): Promise<PlannedRelease> {
  const { use, reference } = desired;
  const name = chartName(reference);
  if (current && reference.version && isAsDesired(desired, current, name, reference.version)) {
    return { ...desired, action: "none", chart: name, chartVersion: current.chartVersion, current };
  }
  const chart = await helm.showChart(use, reference);
  refuseWrongCluster(use, chart, kubernetesVersion);
  const planned = { ...desired, chart: chart.name, chartVersion: chart.version };
  if (!current || current.status === "uninstalled") return { ...planned, action: "install" };
  const same = isAsDesired(desired, current, chart.name, chart.version);
  return { ...planned, action: same ? "none" : "upgrade", current };
}

/**
 * Makes sure that a release's chart can be had and accepts the cluster, unless that very version is deployed.
 * @throws UserError
 */
export async function checkChart(
  { use, reference }: Pick<DesiredRelease, "use" | "reference">,
  current: ReleaseRecord | undefined,
  helm: Helm,
  kubernetesVersion: string,
): Promise<void> {
  const { version } = reference;
  if (current && version && isDeployed(current, chartName(reference), version)) return;
  refuseWrongCluster(use, await helm.showChart(use, reference), kubernetesVersion);
}

function isDeployed(current: ReleaseRecord, chart: string, version: string): boolean {
  return (
    current.status === "deployed" &&
    current.chart === chart &&
    withoutV(current.chartVersion) === withoutV(version)
  );
}

function isAsDesired(
  desired: DesiredRelease,
  current: ReleaseRecord,
  chart: string,
  version: string,
): boolean {
  return (
    isDeployed(current, chart, version) &&
    // JSON decides what Helm has been told: undefined keys and number forms must not count as a change.
    isDeepStrictEqual(current.values, JSON.parse(JSON.stringify(desired.values)))
  );
}

function withoutV(version: string): string {
  return version.replace(/^v/, "");
}

function refuseWrongCluster(use: ComponentUse, chart: ChartMetadata, kubernetesVersion: string): void {
  if (!chart.kubeVersion || acceptsKubernetes(chart.kubeVersion, kubernetesVersion)) return;
  throw new UserError({
    message: `component \`${use.id}\`: chart ${chart.name} ${chart.version} accepts Kubernetes ${chart.kubeVersion}, this cluster is ${kubernetesVersion}`,
    hint: "set `version` to a chart version whose window holds this cluster",
    at: use.at,
  });
}
