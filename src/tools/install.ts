import { join } from "node:path";
import type { Context } from "../core/context.ts";
import type { ArchiveCache } from "./archive-cache.ts";
import { type FetchedTool, fetchTool, planDownload, type Source } from "./fetch.ts";
import { findOnPath } from "./path-lookup.ts";
import type { ToolId } from "./publishers.ts";
import { satisfies, type WantedVersion } from "./versions.ts";

/** A tool that is ready for use. */
export interface InstalledTool {
  tool: ToolId;
  version: string;
  path: string;
  folder: string;
  origin: "PATH" | "tool cache" | FetchedTool["origin"];
  /** What its SHA-256 sum was compared with, in words for the summary. */
  checkedAgainst: string;
}

/**
 * Makes a tool available: from PATH when it satisfies the request, else from the tool cache of the machine, else from
 * the Actions cache or its publisher, checked. Does not change PATH.
 * @throws UserError when it is not there (input), the server fails or the sum is wrong (cluster)
 */
export async function installTool(
  context: Context,
  wanted: WantedVersion,
  source: Source,
  archives: ArchiveCache,
): Promise<InstalledTool> {
  const present = await findOnPath(context, wanted.tool, source.platform);
  if (present?.version && satisfies(wanted, present.version)) {
    const { version, path, folder } = present;
    return { tool: wanted.tool, version, path, folder, origin: "PATH", checkedAgainst: "not checked" };
  }
  if (present) {
    const found = present.version ?? "a build that does not tell its version";
    context.log.info(`${present.path} is ${found}, not ${wanted.range}: looking elsewhere`);
  }
  const download = planDownload(wanted, source);
  const { executable } = download.artifact;
  const cached = context.toolCache.find(download.cacheEntry);
  const found = { tool: wanted.tool, version: wanted.version, checkedAgainst: download.checkedAgainst };
  if (cached) return { ...found, path: join(cached, executable), folder: cached, origin: "tool cache" };
  const fetched = await fetchTool(context, wanted, download, archives);
  const folder = await context.toolCache.store(download.cacheEntry, fetched.executable, executable);
  return { ...found, path: join(folder, executable), folder, origin: fetched.origin };
}
