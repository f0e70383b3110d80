import { homedir } from "node:os";
import { join } from "node:path";
import { cacheFile, find } from "@actions/tool-cache";

/** What names one installed tool: another origin or platform is another entry. */
export interface CachedTool {
  name: string;
  version: string;
  /** Platform and origin of the bytes, as one path segment. */
  variant: string;
}

/** The runner's tool cache (RUNNER_TOOL_CACHE); outside a runner a folder of the user's own cache. */
export interface ToolCache {
  /** The folder that holds the tool, or undefined. */
  find(tool: CachedTool): string | undefined;
  /** Copies an executable into the cache under `fileName`; returns its folder. */
  store(tool: CachedTool, file: string, fileName: string): Promise<string>;
}

export function createToolCache(env: Readonly<Record<string, string | undefined>>): ToolCache {
  const open = () => {
    // The library reads this variable and no other way leads to it.
    process.env.RUNNER_TOOL_CACHE ??= join(
      env.XDG_CACHE_HOME || join(homedir(), ".cache"),
      "clearml-actions",
      "tools",
    );
  };
  return {
    find({ name, version, variant }) {
      open();
      return find(name, version, variant) || undefined;
    },
    store({ name, version, variant }, file, fileName) {
      open();
      return cacheFile(file, fileName, name, version, variant);
    },
  };
}
