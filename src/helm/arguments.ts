import { isLoopback } from "../login/loopback.ts";
import type { ChartReference } from "./chart-reference.ts";
import type { ReleaseRecord } from "./record.ts";

/** Revisions kept per release; Helm's own default, said aloud. */
const HISTORY_MAX = 10;

export interface UpgradeRequest {
  release: string;
  namespace: string;
  reference: ChartReference;
  /** What the record says about this revision, such as `releaseDescription` makes. */
  description: string;
  /** For its hooks; without it Helm's own five minutes. */
  timeoutMs?: number;
  /** The newest revision, when there is one. */
  current?: ReleaseRecord;
}

export interface RollbackRequest {
  release: string;
  namespace: string;
  /** The revision to go back to. */
  revision: number;
  timeoutMs?: number;
}

export interface UninstallRequest {
  release: string;
  namespace: string;
  timeoutMs?: number;
}

/**
 * Arguments of `helm upgrade --install`. Values come on stdin (`-f -`), so no secret is in the arguments or on disk.
 * Never a stale value: `--reset-values`. Helm 4 is told how to apply: a release keeps the method it was made with,
 * because switching rewrites every object.
 */
export function upgradeArguments(request: UpgradeRequest, helmMajor: number): string[] {
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
    "--description",
    request.description,
    "--output",
    "json",
    ...timeout(request),
    ...(helmMajor >= 4 ? [`--server-side=${isServerSide(request)}`, "--wait=hookOnly"] : []),
  ];
}

function isServerSide({ current }: UpgradeRequest): boolean {
  return current ? current.applyMethod === "server" : true;
}

/** Arguments of the upgrade that writes nothing, but asks the cluster what an upgrade would ask it. */
export function previewArguments(request: UpgradeRequest, helmMajor: number): string[] {
  return [...upgradeArguments(request, helmMajor), "--dry-run=server"];
}

/** What a cluster is, for charts that ask. */
export interface Capabilities {
  kubernetesVersion: string;
  /** `apps/v1` and `apps/v1/Deployment`. */
  apiVersions: readonly string[];
}

/**
 * Arguments of the rendering that stands in for a preview where Helm refuses one: it looks up no kinds. Helm 3 lets the
 * chart read the cluster all the same.
 */
export function previewTemplateArguments(
  request: UpgradeRequest,
  helmMajor: number,
  { kubernetesVersion, apiVersions }: Capabilities,
): string[] {
  return [
    "template",
    request.release,
    ...chartArguments(request.reference),
    "--namespace",
    request.namespace,
    "--kube-version",
    kubernetesVersion,
    "--api-versions",
    apiVersions.join(","),
    "--values",
    "-",
    ...(request.current ? ["--is-upgrade"] : []),
    ...(helmMajor >= 4 ? [] : ["--dry-run=server"]),
  ];
}

/** Arguments of `helm rollback`. Helm 4 applies as the revision was applied that it goes back to. */
export function rollbackArguments(request: RollbackRequest, helmMajor: number): string[] {
  return [
    "rollback",
    request.release,
    String(request.revision),
    "--namespace",
    request.namespace,
    "--history-max",
    String(HISTORY_MAX),
    ...timeout(request),
    ...(helmMajor >= 4 ? ["--server-side=auto", "--wait=hookOnly"] : []),
  ];
}

/** Arguments of `helm uninstall`. What has gone already is no failure. */
export function uninstallArguments(request: UninstallRequest): string[] {
  return [
    "uninstall",
    request.release,
    "--namespace",
    request.namespace,
    "--ignore-not-found",
    ...timeout(request),
  ];
}

function timeout({ timeoutMs }: { timeoutMs?: number }): string[] {
  return timeoutMs === undefined ? [] : ["--timeout", `${Math.ceil(timeoutMs / 1000)}s`];
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
