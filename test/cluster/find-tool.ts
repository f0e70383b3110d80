import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { PINS } from "./pins.ts";
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
};

/** The variable that names a tool's binary, e.g. `CLEARML_ACTIONS_TOOL_KUBE_APISERVER`. */
export function toolVariable(tool: ToolName): string {
  return `CLEARML_ACTIONS_TOOL_${tool.toUpperCase().replaceAll("-", "_")}`;
}

/**
 * A tool that is there already and has the right version: named by its variable, on PATH, or among
 * KUBEBUILDER_ASSETS. A binary named by the variable with another version is an error, others are passed over.
 */
export async function findTool(tool: ToolName): Promise<string | undefined> {
  const named = process.env[toolVariable(tool)];
  if (named) {
    if (await hasVersion(tool, named)) return named;
    throw new Error(
      `${toolVariable(tool)} names ${named}, which is not ${tool} ${VERSIONS[tool]?.version ?? ""}`,
    );
  }
  const folders = [process.env.KUBEBUILDER_ASSETS ?? "", ...(process.env.PATH ?? "").split(delimiter)];
  for (const folder of new Set(folders.filter((each) => each !== ""))) {
    const file = join(folder, tool === "helm3" ? "helm" : tool);
    if (isExecutable(file) && (await hasVersion(tool, file))) return file;
  }
  return undefined;
}

/** Whether a binary is of the pinned version. */
export async function hasVersion(tool: ToolName, file: string): Promise<boolean> {
  const expected = VERSIONS[tool];
  if (!expected) return true;
  const output = await run(file, [...expected.args], { timeout: 10_000 }).catch(() => undefined);
  return output !== undefined && mentionsVersion(output.stdout + output.stderr, expected.version);
}

/** Whether a text holds exactly this version, not one that merely begins with it. */
export function mentionsVersion(text: string, version: string): boolean {
  const escaped = version.replaceAll(".", "\\.");
  return new RegExp(`(^|[^\\d.])v?${escaped}(?![\\d.]|-)`).test(text);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
