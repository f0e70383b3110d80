import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { gunzipSync } from "node:zlib";
import { unpackTar } from "modern-tar";
import { errorMessage, UserError } from "../core/errors.ts";
import { isBelow } from "../core/files.ts";

/** The files of a chart by their path within it, `/` between folders. */
export interface ChartFiles {
  files: ReadonlyMap<string, Uint8Array>;
  /** Why something was left out. */
  incomplete?: string;
  /** A link that leads nowhere, or out of where links of a folder may lead. */
  leadsOut?: string;
}

/** What may still be unpacked of a chart: the packages within it count as well. */
export interface Budget {
  bytes: number;
}

/** Helm's own limits for charts (`pkg/chart/loader/archive`), and one for the number of files. */
const MAX_BYTES = 100 * 1024 * 1024;
const MAX_FILE_BYTES = 5 * 1024 * 1024;
const MAX_FILES = 10_000;
/** Of a package with all that are packed in it: some kilobytes could become gigabytes. */
const MAX_PACKED_BYTES = 2 * MAX_BYTES;

/** Deeper than any chart of people nests its dependencies. */
export const MAX_NESTING = 8;

export function packedBudget(): Budget {
  return { bytes: MAX_PACKED_BYTES };
}

/** Folders that hold no part of a chart. */
const IGNORED = new Set([".git", "node_modules"]);

/**
 * The files of a packaged chart. Nothing is written to disk, and links are left out.
 * @throws UserError when it is no package, holds a name that leads out of it, or is larger than Helm accepts
 */
export async function packageFiles(
  bytes: Uint8Array,
  name: string,
  budget: Budget = packedBudget(),
): Promise<ChartFiles> {
  let entries: Awaited<ReturnType<typeof unpackTar>>;
  try {
    const tar = gunzipSync(bytes, { maxOutputLength: Math.max(1, Math.min(MAX_BYTES, budget.bytes)) });
    budget.bytes -= tar.length;
    entries = await unpackTar(tar, { strict: true });
  } catch (thrown) {
    throw unreadable(name, sizeOr(errorMessage(thrown)));
  }
  const files = new Map<string, Uint8Array>();
  let incomplete: string | undefined;
  for (const { header, data } of entries) {
    if (header.type === "directory" || header.name.startsWith("pax_global_header")) continue;
    // The first folder is named like the chart.
    const [, ...steps] = header.name.replaceAll("\\", "/").split("/");
    const path = steps.join("/");
    if (header.name.startsWith("/") || steps.includes("..") || path === "")
      throw unreadable(name, `it holds a file \`${header.name}\`, which does not lie in the chart's folder`);
    if (header.type !== "file") incomplete = `\`${path}\` in it is a link`;
    else add(files, path, data ?? new Uint8Array(), name);
  }
  return { files, ...(incomplete ? { incomplete } : {}) };
}

/**
 * The files of a chart's folder. A link is followed as long as it stays below `within`: whoever opens a pull request
 * must not get at other files of the machine.
 * @throws UserError when it is larger than Helm accepts
 */
export async function folderFiles(folder: string, within: string): Promise<ChartFiles> {
  const files = new Map<string, Uint8Array>();
  const limit = await realpath(within);
  let bytes = 0;
  let incomplete: string | undefined;
  let leadsOut: string | undefined;
  let folders = 0;
  const visit = async (path: string, around: readonly string[]) => {
    folders += 1;
    if (folders > MAX_FILES) throw unreadable(folder, `it holds more than ${MAX_FILES} folders`);
    for (const name of (await readdir(path)).sort()) {
      const each = join(path, name);
      const place = relative(folder, each).split(sep).join("/");
      const real = IGNORED.has(name) ? undefined : await realpath(each).catch(() => "");
      if (real === undefined) continue;
      if (!isBelow(real, limit)) {
        incomplete = `\`${place}\` in it is a link that leads out of the repository or nowhere`;
        leadsOut ??= place;
        continue;
      }
      const found = await stat(real);
      if (found.isDirectory()) {
        if (around.includes(real)) incomplete = `\`${place}\` in it is a link to a folder around it`;
        else await visit(each, [...around, real]);
      } else if (found.isFile()) {
        if (found.size > MAX_FILE_BYTES) throw tooLarge(folder, place);
        bytes += found.size;
        if (bytes > MAX_BYTES) throw unreadable(folder, sizeOr("TOO_LARGE"));
        add(files, place, await readFile(real), folder);
      }
    }
  };
  await visit(folder, [await realpath(folder)]);
  return { files, ...(incomplete ? { incomplete } : {}), ...(leadsOut ? { leadsOut } : {}) };
}

/** Whether the folder of a chart has a link that leads out of another folder around it, or nowhere; its place. */
export async function linkOut(folder: string, within: string): Promise<string | undefined> {
  return (await folderFiles(folder, within)).leadsOut;
}

function add(files: Map<string, Uint8Array>, path: string, content: Uint8Array, name: string): void {
  if (content.length > MAX_FILE_BYTES) throw tooLarge(name, path);
  files.set(path, content);
  if (files.size > MAX_FILES) throw unreadable(name, `it holds more than ${MAX_FILES} files`);
}

function tooLarge(name: string, path: string): UserError {
  return unreadable(name, `its file \`${path}\` is larger than the 5 MiB Helm reads`);
}

function sizeOr(reason: string): string {
  return /larger than|TOO_LARGE/.test(reason) ? "it is larger than the 100 MiB Helm reads" : reason;
}

function unreadable(name: string, reason: string): UserError {
  return new UserError({
    message: `chart ${name} cannot be read: ${reason}`,
    hint: "make it anew with `helm package`, or name another chart",
  });
}
