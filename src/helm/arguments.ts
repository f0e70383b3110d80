import { isLoopback } from "../login/loopback.ts";
import type { ChartReference } from "./chart-reference.ts";
import type { ReleaseRecord } from "./record.ts";

/** Revisions kept per release; Helm's own default, said aloud. */
const HISTORY_MAX = 10;

export interface UpgradeRequest {
  release: string;
  namespace: string;
  reference: ChartReference;
  /** The newest revision, when there is one. */
  current?: ReleaseRecord;
}

/**
 * Arguments of `helm upgrade --install`. Values come on stdin (`-f -`), so no secret is in the arguments or on disk.
 * Never a stale value: `--reset-values`. Helm 4 is told how to apply: a release keeps the method it was made with,
 * because switching rewrites every object.
 */
export function upgradeArguments(request: UpgradeRequest, helmMajor: number): string[] {
  const server = request.current ? request.current.applyMethod === "server" : true;
  return [
    "upgrade",
    request.release,
    ...chartArguments(request.reference),
    "--install",
    "--namespace",
    request.namespace,
    "--values",
    "-",
    "--reset-values",
    "--history-max",
    String(HISTORY_MAX),
    "--output",
    "json",
    ...(helmMajor >= 4 ? [`--server-side=${server}`] : []),
  ];
}

/** Arguments of `helm show chart`: the metadata of a chart, without installing it. */
export function showChartArguments(reference: ChartReference): string[] {
  return ["show", "chart", ...chartArguments(reference)];
}

export interface TemplateRequest {
  release: string;
  namespace: string;
  reference: ChartReference;
  kubernetesVersion: string;
}

/** Arguments of `helm template`: the manifests of a release, without a cluster. Values come on stdin. */
export function templateArguments(request: TemplateRequest): string[] {
  return [
    "template",
    request.release,
    ...chartArguments(request.reference),
    "--namespace",
    request.namespace,
    "--kube-version",
    request.kubernetesVersion,
    "--include-crds",
    "--values",
    "-",
  ];
}

/** Arguments of `helm pull`: the package of a chart, into a folder. */
export function pullArguments(reference: ChartReference, folder: string): string[] {
  return ["pull", ...chartArguments(reference), "--destination", folder];
}

function chartArguments(reference: ChartReference): string[] {
  return [
    reference.chart,
    ...(reference.repo ? ["--repo", reference.repo] : []),
    ...(reference.version ? ["--version", reference.version] : []),
    ...(isLoopback(registryHost(reference.chart)) ? ["--plain-http"] : []),
  ];
}

/** Host of the registry of an OCI reference; empty for every other chart. */
function registryHost(chart: string): string {
  return /^oci:\/\/([^/]+)/.exec(chart)?.[1] ?? "";
}
