import { readFile } from "node:fs/promises";
import { join } from "node:path";
import semver from "semver";
import { parse } from "yaml";
import type { ComponentUse } from "../environment/model.ts";
import { type ChartReference, chartReference } from "../helm/chart-reference.ts";
import type { ChartMetadata } from "../helm/helm.ts";
import { acceptsKubernetes } from "../helm/kubernetes-window.ts";
import type { PreflightInput } from "./model.ts";

type Input = Pick<PreflightInput, "context" | "environment" | "helm" | "kubernetes">;

/** How long the search for another version may take; without an answer the advice is less exact. */
const SEARCH_TIMEOUT_MS = 10_000;

/** Versions from which on ClearML's charts name no newest Kubernetes any more. */
const WITHOUT_MAXIMUM: ReadonlyMap<string, string> = new Map([
  ["clearml-enterprise", "10.7.6"],
  ["clearml-enterprise-agent", "6.9.5"],
  ["clearml-enterprise-app-gateway", "2.0.3"],
]);

/**
 * What to do about a chart that refuses the cluster: names a version that accepts it, where the repository says so.
 * @param mayAsk whether Helm may be started for it
 */
export async function fittingChart(
  input: Input,
  use: ComponentUse,
  chart: ChartMetadata,
  mayAsk: boolean,
): Promise<string> {
  const limit = WITHOUT_MAXIMUM.get(chart.name);
  if (limit && semver.valid(chart.version) !== null && semver.lt(chart.version, limit)) {
    return `set \`version\` to ${limit} or later: from there on the chart names no newest Kubernetes`;
  }
  const reference = chartReference(use, input.environment.edition, input.helm.aliases);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), SEARCH_TIMEOUT_MS);
  });
  const search = offered(input, use, reference, chart.name, mayAsk).catch(() => undefined);
  const versions = await Promise.race([search, late]);
  clearTimeout(timer);
  return adviceFrom(versions, chart, input.kubernetes.version, input.helm.version);
}

/** The advice that the versions on offer give. */
export function adviceFrom(
  versions: readonly ChartMetadata[] | undefined,
  chart: Pick<ChartMetadata, "name" | "version">,
  cluster: string,
  helm: string,
): string {
  const released = (versions ?? []).filter(({ version }) => semver.parse(version)?.prerelease.length === 0);
  const fitting = released
    .filter(({ kubeVersion }) => !kubeVersion || acceptsKubernetes(kubeVersion, cluster, helm))
    .sort((a, b) => semver.rcompare(a.version, b.version));
  const [newest] = fitting;
  if (newest) return `set \`version\` to ${newest.version}, which accepts it`;
  if (released.length > 1) {
    return `none of the ${released.length} versions of ${chart.name} on offer accepts it: deploy to an older cluster, or ask ClearML for a newer chart`;
  }
  if (released[0]) {
    return `${released[0].version}, the newest version on offer, does not accept it either: deploy to an older cluster, or ask ClearML for a newer chart`;
  }
  return "set `version` to one whose window holds it (`helm show chart` shows the window of each)";
}

/** The versions of the chart that its repository offers; only the newest where that is all that can be asked. */
async function offered(
  { context, helm }: Input,
  use: ComponentUse,
  reference: ChartReference,
  name: string,
  mayAsk: boolean,
): Promise<readonly ChartMetadata[] | undefined> {
  const { chart, repo } = reference;
  if (repo) {
    const url = `${repo.replace(/\/+$/, "")}/index.yaml`;
    const answer = await context.http.send({ method: "GET", url, timeoutMs: SEARCH_TIMEOUT_MS, tries: 1 });
    if (answer.status === 200) return versionsOf(answer.text, name);
  }
  const alias = [...helm.aliases.values()].find((each) => chart.startsWith(`${each}/`));
  const cache = repositoryCache(context.env);
  if (alias && cache) {
    const index = await readFile(join(cache, `${alias}-index.yaml`), "utf8").catch(() => "");
    if (index) return versionsOf(index, name);
  }
  if (!mayAsk || !(alias || chart.startsWith("oci://"))) return undefined;
  return [(await helm.chart(use, { chart })).metadata];
}

/** Where Helm keeps the indexes of its repositories. */
function repositoryCache(env: Input["context"]["env"]): string | undefined {
  if (env.HELM_REPOSITORY_CACHE) return env.HELM_REPOSITORY_CACHE;
  return env.HELM_CACHE_HOME ? join(env.HELM_CACHE_HOME, "repository") : undefined;
}

/** The versions of one chart in the index of a repository. Only its part is parsed: indexes have many megabytes. */
export function versionsOf(index: string, name: string): ChartMetadata[] | undefined {
  if (index.trimStart().startsWith("{")) {
    return (JSON.parse(index) as { entries?: Record<string, ChartMetadata[]> }).entries?.[name];
  }
  const lines = index.split("\n");
  const start = lines.indexOf(`  ${name}:`);
  if (start < 0) return undefined;
  const length = lines.slice(start + 1).findIndex((line) => /^ {0,2}[^\s-]/.test(line));
  const part = lines.slice(start, length < 0 ? undefined : start + 1 + length).join("\n");
  return (parse(part) as Record<string, ChartMetadata[]>)[name];
}
