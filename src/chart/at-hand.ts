import { stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import pLimit from "p-limit";
import { chartSource } from "../catalogue/index.ts";
import { type Problem, UserError } from "../core/errors.ts";
import type { ComponentUse, Environment } from "../environment/model.ts";
import type { ChartContents } from "./model.ts";
import { readChart } from "./read.ts";

const PARALLEL = 4;

/** Where to look: the working folder of the environment's paths, and the environment of the step for Helm's cache. */
export interface Surroundings {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * The charts of an environment that lie on this machine: those named as a folder or .tgz, and those in Helm's cache.
 * Each is read once however many components use it; nothing is fetched and nothing is executed.
 * @throws UserError when a chart that `clearml.yaml` names as a path is missing or broken
 */
export async function chartsAtHand(
  environment: Environment,
  { cwd, env }: Surroundings,
): Promise<Map<ComponentUse, ChartContents>> {
  const uses = [environment, ...environment.tenants].flatMap(({ components }) => components);
  const usesByPath = Map.groupBy(
    uses.filter((use) => use.enabled && use.definition.kind === "chart"),
    (use) => namedPath(use, cwd) ?? cachedPath(use, environment.edition, env) ?? "",
  );
  usesByPath.delete("");
  const slot = pLimit(PARALLEL);
  const problems: Problem[] = [];
  const read = await Promise.all(
    [...usesByPath].map(([path, [use]]) =>
      slot(async (): Promise<[string, ChartContents | undefined]> => {
        if (!use) return [path, undefined];
        if (namedPath(use, cwd) === undefined) return [path, await fromCache(path, use)];
        try {
          return [path, await readChart(path, within(path, cwd))];
        } catch (thrown) {
          if (!(thrown instanceof UserError)) throw thrown;
          problems.push(...thrown.problems.map((problem) => ({ ...problem, at: problem.at ?? use.at })));
          return [path, undefined];
        }
      }),
    ),
  );
  if (problems.length > 0) throw new UserError(problems);
  const charts = new Map<ComponentUse, ChartContents>();
  for (const [path, contents] of read)
    if (contents) for (const use of usesByPath.get(path) ?? []) charts.set(use, contents);
  return charts;
}

/** The path of a chart that is named as a folder or package. */
function namedPath({ chart }: ComponentUse, cwd: string): string | undefined {
  if (chart === undefined || chart.startsWith("oci://")) return undefined;
  return chart.endsWith(".tgz") || /[\\/]/.test(chart) ? resolve(cwd, chart) : undefined;
}

/** Where Helm keeps the package of a chart once it has fetched it. */
export function cachedPath(
  use: ComponentUse,
  edition: Environment["edition"],
  env: Surroundings["env"],
): string | undefined {
  const name = chartName(use, edition);
  const folder = repositoryCache(env);
  return use.version && name && folder ? join(folder, `${name}-${use.version}.tgz`) : undefined;
}

function chartName(use: ComponentUse, edition: Environment["edition"]): string | undefined {
  const { version, repository, definition } = use;
  return use.chart?.split("/").at(-1) ?? chartSource(definition, { edition, version, repository })?.name;
}

/** Helm's folders: what HELM_REPOSITORY_CACHE, else HELM_CACHE_HOME, else XDG_CACHE_HOME, else the system says. */
function repositoryCache(env: Surroundings["env"]): string | undefined {
  if (env.HELM_REPOSITORY_CACHE) return env.HELM_REPOSITORY_CACHE;
  if (env.HELM_CACHE_HOME) return join(env.HELM_CACHE_HOME, "repository");
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, "helm", "repository");
  return env.HOME ? join(env.HOME, ".cache", "helm", "repository") : undefined;
}

/** A package of the cache; undefined when it is not there, broken, or another chart's. */
async function fromCache(path: string, use: ComponentUse): Promise<ChartContents | undefined> {
  if (!(await stat(path).catch(() => undefined))?.isFile()) return undefined;
  try {
    const contents = await readChart(path);
    return contents.version.replace(/^v/, "") === use.version?.replace(/^v/, "") ? contents : undefined;
  } catch (thrown) {
    // Helm fetches it anew.
    if (thrown instanceof UserError) return undefined;
    throw thrown;
  }
}

/** A chart of the repository may link to other files of the repository, any other to its neighbours. */
function within(path: string, cwd: string): { within?: string } {
  const place = relative(cwd, path);
  return place.startsWith("..") || place === "" ? {} : { within: resolve(cwd) };
}
