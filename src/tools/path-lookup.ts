import { access, constants, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Context } from "../core/context.ts";
import type { Platform } from "./platforms.ts";
import { executableName, PUBLISHERS, reportedVersion, type ToolId } from "./publishers.ts";

export interface ToolOnPath {
  path: string;
  folder: string;
  /** Absent when it does not say, as builds from source. */
  version?: string;
}

/** The tool a step would get from PATH now, or undefined. It is asked for its version. */
export async function findOnPath(
  context: Context,
  tool: ToolId,
  platform: Platform,
): Promise<ToolOnPath | undefined> {
  const name = executableName(tool, platform);
  for (const folder of (context.env.PATH ?? "").split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, name);
    if (!(await isExecutable(path))) continue;
    // What does not even start is as good as not there.
    const version = await askVersion(context, tool, path).catch(() => undefined);
    return { path, folder, ...(version ? { version } : {}) };
  }
  return undefined;
}

/**
 * What a tool says its version is; undefined when it does not say.
 * @throws UserError when it does not start
 */
export async function askVersion(context: Context, tool: ToolId, path: string): Promise<string | undefined> {
  const { stdout } = await context.exec.run(path, PUBLISHERS[tool].versionArguments, {
    quiet: true,
    hint: "the file is not for this platform, or the runner forbids running it",
  });
  return reportedVersion(stdout);
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
