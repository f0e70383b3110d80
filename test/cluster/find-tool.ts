import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { promisify } from "node:util";
import { PINS, WORKFLOW_PINS } from "./pins.ts";
import type { ToolName } from "./recipes.ts";

const run = promisify(execFile);

/** How each tool says its version, and which one it has to be. `kwok-stages` is a file, not a program. */
const VERSIONS: Readonly<Record<ToolName, { args: readonly string[]; version: string } | undefined>> = {
  "kube-apiserver": { args: ["--version"], version: PINS.kubernetes },
  "kube-controller-manager": { args: ["--version"], version: PINS.kubernetes },
  "kube-scheduler": { args: ["--version"], version: PINS.kubernetes },
  kubelet: { args: ["--version"], version: PINS.kubernetes },
  "kube-proxy": { args: ["--version"], version: PINS.kubernetes },
  etcd: { args: ["--version"], version: PINS.etcd },
  kwok: { args: ["--version"], version: PINS.kwok },
  "kwok-stages": undefined,
  registry: { args: ["--version"], version: PINS.registry },
  kubeconform: { args: ["-v"], version: PINS.kubeconform },
  helm: { args: ["version", "--template", "{{.Version}}"], version: PINS.helm },
  helm3: { args: ["version", "--template", "{{.Version}}"], version: PINS.helm3 },
  kubectl: { args: ["version", "--client", "-o", "json"], version: PINS.kubectl },
  act: { args: ["--version"], version: WORKFLOW_PINS.act },
  actionlint: { args: ["-version"], version: WORKFLOW_PINS.actionlint },
  zizmor: { args: ["--version"], version: WORKFLOW_PINS.zizmor },
  shellcheck: { args: ["--version"], version: WORKFLOW_PINS.shellcheck },
  kind: { args: ["version"], version: WORKFLOW_PINS.kind },
  "pre-commit": { args: ["--version"], version: WORKFLOW_PINS["pre-commit"] },
};

/** The variable that names a tool's binary, e.g. `CLEARML_ACTIONS_TOOL_KUBE_APISERVER`. */
export function toolVariable(tool: ToolName): string {
  return `CLEARML_ACTIONS_TOOL_${tool.toUpperCase().replaceAll("-", "_")}`;
}

/**
 * A tool that is there already and has the right version: named by its variable, on PATH, among KUBEBUILDER_ASSETS, or
 * in the cache. A binary named by the variable with another version is an error, others are passed over.
 */
export async function findTool(tool: ToolName, cache: string): Promise<string | undefined> {
  const named = process.env[toolVariable(tool)];
  if (named) {
    if (await isGood(tool, named)) return resolve(named);
    const expected = `${tool} ${VERSIONS[tool]?.version ?? ""}`.trim();
    throw new Error(`${toolVariable(tool)} names ${named}, which is not ${expected}; correct it or unset it`);
  }
  for (const file of candidates(tool, cache)) {
    if (await isGood(tool, file)) return file;
  }
  return undefined;
}

function candidates(tool: ToolName, cache: string): string[] {
  const path = [...(process.env.PATH ?? "").split(delimiter), process.env.KUBEBUILDER_ASSETS ?? ""];
  const folders = VERSIONS[tool] ? path.filter((folder) => isAbsolute(folder)) : [];
  const names = tool === "helm3" ? [tool, "helm"] : [tool];
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [...new Set([...found, join(cache, tool)])];
}

/** Good answers of this process: a file does not lose its version while tests run. */
const known = new Set<string>();

/** Whether a file is there and, for a program, of the pinned version. */
export async function isGood(tool: ToolName, file: string): Promise<boolean> {
  const key = `${tool} ${file}`;
  if (!isThere(tool, file)) return false;
  if (known.has(key) || (await hasVersion(tool, file))) {
    known.add(key);
    return true;
  }
  return false;
}

async function hasVersion(tool: ToolName, file: string): Promise<boolean> {
  const expected = VERSIONS[tool];
  if (!expected) return true;
  const output = await run(file, [...expected.args], { timeout: 30_000 }).catch(() => undefined);
  return output !== undefined && mentionsVersion(output.stdout + output.stderr, expected.version);
}

/** Whether a text holds exactly this version, not one that merely begins with it. */
export function mentionsVersion(text: string, version: string): boolean {
  const escaped = version.replaceAll(".", "\\.");
  return new RegExp(`(^|[^\\d.])v?${escaped}(?![\\d.]|-)`).test(text);
}

function isThere(tool: ToolName, file: string): boolean {
  try {
    accessSync(file, VERSIONS[tool] ? constants.X_OK : constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
