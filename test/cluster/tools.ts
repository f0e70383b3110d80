/**
 * The real parts that tests and demo run against: found on PATH, in the cache, or made.
 * Usage: node test/cluster/tools.ts [tool…]
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findTool, isGood, toolVariable } from "./find-tool.ts";
import { withLock } from "./lock.ts";
import { BINARIES_PACKAGE, PINS } from "./pins.ts";
import { RECIPES, type Recipe, type ToolName } from "./recipes.ts";

export type { ToolName } from "./recipes.ts";

/** What tests and demo need. What only few tests ask for is made by them: kubelet, kube-proxy, the workflow tools. */
export const STANDARD_TOOLS: readonly ToolName[] = [
  "helm",
  "kubectl",
  "kubeconform",
  "kwok-stages",
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "registry",
  "helm3",
];

/** What the tests that run workflows need besides: a runner. */
export const WORKFLOW_TOOLS: readonly ToolName[] = ["act"];

/** What looks at the files of workflows, without running them. */
export const WORKFLOW_LINTERS: readonly ToolName[] = ["actionlint", "zizmor", "shellcheck"];

const STILL_AT_IT_MS = 15_000;

/** Folder of the tools: outside the clone, under a key of all pins and the platform. */
export function toolCache(): string {
  const root = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const sums = readFileSync(join(import.meta.dirname, "controlplane", "go.sum"), "utf8");
  const key = createHash("sha256")
    .update(JSON.stringify([PINS, BINARIES_PACKAGE, process.platform, process.arch, sums]))
    .digest("hex")
    .slice(0, 12);
  return join(root, "clearml-actions", "tools", key);
}

/**
 * Absolute paths of the named tools; what is missing is made first, quick things before slow ones. Safe to call from
 * several processes at once. Throws with what to install, or which variable to set, when a tool cannot be had.
 */
export async function ensureTools(
  names: readonly ToolName[],
  options: { log?: (line: string) => void } = {},
): Promise<Record<ToolName, string>> {
  const log = options.log ?? ((line: string) => console.error(line));
  const cache = toolCache();
  mkdirSync(cache, { recursive: true });
  const paths = new Map<ToolName, string>();
  const find = async (name: ToolName) => {
    const found = await findTool(name, cache);
    if (found) paths.set(name, found);
  };
  await Promise.all(names.map(find));
  const missing = RECIPES.filter((recipe) =>
    recipe.tools.some((tool) => names.includes(tool) && !paths.has(tool)),
  );
  if (missing.length > 0) announce(missing, cache, log);
  for (const [index, recipe] of missing.entries()) {
    await make(recipe, cache, (line) => log(`[${index + 1}/${missing.length}] ${line}`));
    for (const tool of recipe.tools) {
      if (names.includes(tool) && !paths.has(tool)) paths.set(tool, join(cache, tool));
    }
  }
  return Object.fromEntries(names.map((name) => [name, paths.get(name)])) as Record<ToolName, string>;
}

function announce(missing: readonly Recipe[], cache: string, log: (line: string) => void): void {
  const count = missing.reduce((sum, recipe) => sum + recipe.tools.length, 0);
  const minutes = Math.ceil(missing.reduce((sum, recipe) => sum + recipe.seconds, 0) / 60);
  log(`${count} tools are missing; making them takes up to ${minutes} min and is done once (${cache})`);
}

/** Makes a recipe's tools beside the cache and moves them in; somebody else may have been faster. */
async function make(recipe: Recipe, cache: string, log: (line: string) => void): Promise<void> {
  const [first = ""] = recipe.tools;
  const waiting = (pid: number) => log(`${recipe.what}: process ${pid} is at it, waiting`);
  await withLock(join(cache, `${first}.lock`), waiting, async () => {
    const there = await Promise.all(recipe.tools.map((tool) => isGood(tool, join(cache, tool))));
    if (there.every(Boolean)) return;
    const out = join(cache, `making-${first}`);
    // What a killed builder left behind.
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    const started = Date.now();
    const seconds = () => Math.round((Date.now() - started) / 1000);
    log(`${recipe.what} (about ${recipe.seconds} s)`);
    const beat = setInterval(() => log(`${recipe.what}: still at it after ${seconds()} s`), STILL_AT_IT_MS);
    try {
      await recipe.make(out);
      for (const tool of recipe.tools) renameSync(join(out, tool), join(cache, tool));
      log(`${recipe.what}: done after ${seconds()} s`);
    } catch (thrown) {
      const variables = recipe.tools.map(toolVariable).join(", ");
      throw new Error(
        `${recipe.what}: ${(thrown as Error).message}\nOr name binaries you have: ${variables}`,
      );
    } finally {
      clearInterval(beat);
      rmSync(out, { recursive: true, force: true });
    }
  });
}

function knownTool(name: string): ToolName {
  const known = RECIPES.flatMap((recipe) => recipe.tools);
  const tool = known.find((each) => each === name);
  if (!tool) throw new Error(`${name} is no tool of these tests; known are ${known.join(", ")}`);
  return tool;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    const asked = process.argv.slice(2).map(knownTool);
    const paths = await ensureTools(asked.length > 0 ? asked : STANDARD_TOOLS);
    for (const [name, path] of Object.entries(paths)) console.log(`${name.padEnd(24)} ${path}`);
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    process.exitCode = 1;
  }
}
