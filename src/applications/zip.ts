import { crc32 } from "node:zlib";
import { unzipSync } from "fflate";
import { errorMessage, UserError } from "../core/errors.ts";
import { type ZipEntry, zipDirectory } from "./zip-directory.ts";

/** What a zip may hold before it is taken for an attack, or for something else altogether. */
export interface ZipLimits {
  files: number;
  fileBytes: number;
  bytes: number;
}

/** ClearML's archives hold a few dozen packages of a few megabytes. */
export const ARCHIVE_LIMITS: ZipLimits = {
  files: 2_000,
  fileBytes: 256 * 1024 * 1024,
  bytes: 512 * 1024 * 1024,
};

/**
 * The files of a zip by their path, `/` between folders. Names, kinds and sizes are judged before anything is
 * unpacked, sums afterwards; nothing is written.
 * @param name what to call it in messages
 * @param wanted which files to unpack; all are judged
 * @throws UserError when it is no zip, is damaged, holds a link or a name that leads out of it, or is larger than the
 * limits
 */
export function readZip(
  bytes: Uint8Array,
  name: string,
  limits: ZipLimits = ARCHIVE_LIMITS,
  wanted: (path: string) => boolean = () => true,
): Map<string, Uint8Array> {
  const directory = zipDirectory(bytes);
  if (!directory) throw unusable(name, "it is no zip, or was cut off");
  judgeEntries(directory, name, limits);
  let total = 0;
  let unpacked: Record<string, Uint8Array>;
  try {
    unpacked = unzipSync(bytes, {
      filter(entry) {
        total += entry.originalSize;
        if (entry.originalSize > limits.fileBytes)
          throw unusable(name, `\`${entry.name}\` in it is larger than ${megabytes(limits.fileBytes)}`);
        if (total > limits.bytes) throw unusable(name, `it unpacks to more than ${megabytes(limits.bytes)}`);
        return !entry.name.endsWith("/") && wanted(entry.name);
      },
    });
  } catch (thrown) {
    throw thrown instanceof UserError ? thrown : unusable(name, errorMessage(thrown));
  }
  const sums = new Map(directory.map((entry) => [entry.name, entry.checksum]));
  const files = new Map(Object.entries(unpacked));
  for (const [path, content] of files) {
    if (crc32(content) !== sums.get(path)) throw unusable(name, `\`${path}\` in it is damaged`);
  }
  return files;
}

function judgeEntries(entries: readonly ZipEntry[], name: string, limits: ZipLimits): void {
  if (entries.length > limits.files) throw unusable(name, `it holds more than ${limits.files} files`);
  const seen = new Set<string>();
  for (const entry of entries) {
    const path = entry.name.replace(/\/$/, "");
    if (!staysWithin(path)) {
      const shown = JSON.stringify(entry.name);
      throw unusable(name, `it holds a file ${shown}, which does not stay within its folder`);
    }
    if (entry.isLink) throw unusable(name, `\`${path}\` in it is a link`);
    if (entry.isEncrypted) throw unusable(name, `\`${path}\` in it is encrypted`);
    // Some file systems do not tell capitals from small letters: one file must not replace another.
    const key = path.toLowerCase();
    if (seen.has(key)) throw unusable(name, `it holds \`${path}\` twice`);
    seen.add(key);
  }
}

/** Whether a path stays below its folder, on every platform. */
function staysWithin(path: string): boolean {
  const leadsOut = path.split("/").some((step) => step === ".." || step === "." || step === "");
  // A backslash is a folder on Windows, a colon names a drive or a hidden stream.
  const isOdd = [...path].some((character) => character < " " || '\\:*?"<>|'.includes(character));
  return !leadsOut && !isOdd;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

function unusable(name: string, reason: string): UserError {
  return new UserError({
    message: `${name} cannot be unpacked: ${reason}`,
    hint: "check that `archive` names the zip ClearML handed over, and download it anew",
  });
}
