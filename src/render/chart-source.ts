import { readFileSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { cachedPath } from "../chart/at-hand.ts";
import { UserError } from "../core/errors.ts";
import { isBelow } from "../core/files.ts";
import type { ComponentUse, Environment } from "../environment/model.ts";
import { type ChartReference, chartReference } from "../helm/chart-reference.ts";
import type { LintRelease } from "../lint/model.ts";

/** Whether charts are rendered: `auto` takes what is at hand or behind a login, `true` insists on all. */
export type RenderMode = "auto" | "true" | "false";

/** What tells where charts may be taken from. */
export interface ChartSurroundings {
  mode: RenderMode;
  /** Folder that paths of the environment are relative to. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Aliases of classic repositories by address. */
  aliases: ReadonlyMap<string, string>;
}

/** The chart to render, or why it is left alone. A local one is a folder or package on this machine. */
export type ChartChoice = { reference: ChartReference; isLocal: boolean } | { withheld: Withheld };

/** `workspace`: it may come from a pull request; `network`: nobody is logged in; `unnamed`: no chart is known. */
export type Withheld = "workspace" | "network" | "unnamed";

/** Which chart a release is rendered from. Templates are code: those of the checkout run only when asked for. */
export function chartToRender(
  release: LintRelease & { use: ComponentUse; environment: Environment },
  surroundings: ChartSurroundings,
): ChartChoice {
  const { use, environment, contents } = release;
  const { mode, cwd, env, aliases } = surroundings;
  let reference: ChartReference;
  try {
    reference = chartReference(use, environment.edition, aliases);
  } catch (thrown) {
    if (!(thrown instanceof UserError) || mode === "true") throw thrown;
    return { withheld: "unnamed" };
  }
  if (isPath(reference, use)) {
    const chart = resolve(cwd, reference.chart);
    return mode === "true" || !isWithin(chart, workspaceOf(cwd, env))
      ? { reference: { chart }, isLocal: true }
      : { withheld: "workspace" };
  }
  const cached = contents && cachedPath(use, environment.edition, env);
  if (cached && !isWithin(cached, workspaceOf(cwd, env)))
    return { reference: { chart: cached }, isLocal: true };
  return mode === "true" || isLoggedIn(reference, surroundings)
    ? { reference, isLocal: false }
    : { withheld: "network" };
}

/** A folder or .tgz stands in the reference as the environment names it. */
function isPath({ chart, repo }: ChartReference, use: ComponentUse): boolean {
  return repo === undefined && chart === use.chart && !chart.startsWith("oci://");
}

function workspaceOf(cwd: string, env: ChartSurroundings["env"]): string {
  return env.GITHUB_WORKSPACE || cwd;
}

/** Links count by where they lead to as well as by where they stand. */
function isWithin(path: string, folder: string): boolean {
  return isBelow(path, folder) || isBelow(realPath(path), realPath(folder));
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function isLoggedIn({ chart, repo }: ChartReference, { env }: ChartSurroundings): boolean {
  const host = /^oci:\/\/([^/]+)/.exec(chart)?.[1];
  if (host === undefined) return repo === undefined;
  return registryHosts(env).has(plainHost(host));
}

/** The registries of Helm's own login file. */
function registryHosts(env: ChartSurroundings["env"]): Set<string> {
  const config = env.HELM_CONFIG_HOME ?? join(env.XDG_CONFIG_HOME ?? join(env.HOME ?? "", ".config"), "helm");
  try {
    const text = readFileSync(env.HELM_REGISTRY_CONFIG ?? join(config, "registry", "config.json"), "utf8");
    const { auths = {} } = JSON.parse(text) as { auths?: Readonly<Record<string, unknown>> };
    return new Set(Object.keys(auths).map(plainHost));
  } catch {
    return new Set();
  }
}

/** Docker Hub is known by several names. */
function plainHost(address: string): string {
  const host = address.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return /^(index|registry-1)\.docker\.io$/.test(host) ? "docker.io" : host;
}
