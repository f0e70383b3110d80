/** Rendering with real tools, without an action around it. For tests. */
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Context } from "../../src/core/context.ts";
import { createExec } from "../../src/core/exec.ts";
import type { Log } from "../../src/core/log.ts";

/** A context that runs tools found in a folder of links, and what its log says. */
export interface ToolContext {
  context: Pick<Context, "exec" | "env" | "log" | "tempDir">;
  lines: string[];
  /** Of this context alone; removed in the end. */
  folder: string;
  remove(): void;
}

/**
 * @param tools by the name they are called with, such as `helm`
 * @param env on top of a PATH that holds the tools alone
 */
export function toolContext(
  tools: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): ToolContext {
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-render-"));
  const lines: string[] = [];
  const log = {
    info: (text: string) => void lines.push(text),
    debug: (text: string) => void lines.push(text),
  } as Log;
  for (const [name, path] of Object.entries(tools)) symlinkSync(path, join(folder, name));
  const home = {
    HELM_CACHE_HOME: join(folder, "cache"),
    HELM_CONFIG_HOME: join(folder, "config"),
    HELM_REPOSITORY_CONFIG: join(folder, "repositories.yaml"),
  };
  const path = process.env.PATH;
  // @actions/exec looks for tools on the PATH of this process.
  process.env.PATH = [folder, "/usr/bin", "/bin"].join(delimiter);
  const all = { PATH: process.env.PATH, HOME: folder, ...home, ...env };
  return {
    context: { exec: createExec(all, log), env: all, log, tempDir: async () => folder },
    lines,
    folder,
    remove() {
      process.env.PATH = path;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
