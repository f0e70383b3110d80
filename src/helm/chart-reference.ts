import { parse } from "yaml";
import { chartSource } from "../catalogue/index.ts";
import { UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";

/** How Helm is told which chart to take. */
export interface ChartReference {
  /** The positional argument: `oci://…`, a path, or a chart name for `--repo`. */
  chart: string;
  /** Address of a classic repository. */
  repo?: string;
  version?: string;
}

/**
 * The chart of a component: `chart` and `repository` of the environment file win over the catalogue.
 * @param aliases names under which classic repositories were added, by address; their stored login is used
 * @throws UserError when the component's chart is handed over as a file and none is named
 */
export function chartReference(
  use: ComponentUse,
  edition: "enterprise" | "community",
  aliases: ReadonlyMap<string, string>,
): ChartReference {
  const version = use.version ? { version: use.version } : {};
  const named = use.chart;
  // A file or folder carries its own version.
  if (named !== undefined && /^oci:\/\//.test(named)) return { chart: named, ...version };
  if (named !== undefined && isLocal(named)) return { chart: named };
  const source = chartSource(use.definition, { edition, version: use.version, repository: use.repository });
  const repository = use.repository ?? source?.repository;
  const name = named ?? source?.name;
  if (name === undefined || repository === undefined) {
    throw new UserError({
      message: `component \`${use.id}\` names no chart`,
      hint: "its chart is not in a public registry: set `chart` to the .tgz file or OCI reference you were given",
      at: use.at,
    });
  }
  if (repository.startsWith("oci://")) return { chart: `${withoutSlash(repository)}/${name}`, ...version };
  const alias = aliases.get(withoutSlash(repository));
  // Helm sends the stored login of a repository only when it is called by its alias, not with --repo.
  return alias ? { chart: `${alias}/${name}`, ...version } : { chart: name, repo: repository, ...version };
}

/**
 * The aliases in Helm's repository file, by repository address.
 * @param text content of the file HELM_REPOSITORY_CONFIG names; empty when there is none
 */
export function repositoryAliases(text: string): Map<string, string> {
  const parsed = parse(text) as { repositories?: { name: string; url: string }[] } | null;
  return new Map((parsed?.repositories ?? []).map(({ name, url }) => [withoutSlash(url), name]));
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, "");
}

function isLocal(chart: string): boolean {
  return chart.endsWith(".tgz") || chart.includes("/") || chart.startsWith(".");
}

/** Name of the chart of a reference, without registry, folder and version. */
export function chartName(reference: ChartReference): string {
  const last = reference.chart.split(/[\\/]/).at(-1) ?? reference.chart;
  return last.replace(/-v?\d+\.\d+\.\d+.*\.tgz$/, "");
}
