import { unzipSync } from "fflate";
import { errorMessage, UserError } from "../core/errors.ts";

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
 * The files of a zip by their path, `/` between folders. Names and sizes are judged before anything is unpacked, and
 * nothing is written: a link in it is a file that holds the name of its target, and leads nowhere.
 * @param name what to call it in messages
 * @param wanted which files to unpack; all are judged
 * @throws UserError when it is no zip, has a name that leads out of it, or is larger than the limits
 */
export function readZip(
  bytes: Uint8Array,
  name: string,
  limits: ZipLimits = ARCHIVE_LIMITS,
  wanted: (path: string) => boolean = () => true,
): Map<string, Uint8Array> {
  const sizes = new Map<string, number>();
  const seen = new Set<string>();
  let total = 0;
  let unpacked: Record<string, Uint8Array>;
  try {
    unpacked = unzipSync(bytes, {
      filter(entry) {
        const path = safePath(entry.name, name);
        // Some file systems do not tell capitals from small letters: one file must not replace another.
        if (seen.has(path.toLowerCase())) throw unusable(name, `it holds \`${path}\` twice`);
        seen.add(path.toLowerCase());
        total += entry.originalSize;
        if (seen.size > limits.files) throw unusable(name, `it holds more than ${limits.files} files`);
        if (entry.originalSize > limits.fileBytes)
          throw unusable(name, `\`${path}\` in it is larger than ${megabytes(limits.fileBytes)}`);
        if (total > limits.bytes)
          throw unusable(name, `it unpacks to more than ${megabytes(limits.bytes)}`);
        const isFile = !entry.name.endsWith("/");
        if (isFile && wanted(path)) sizes.set(entry.name, entry.originalSize);
        return isFile && wanted(path);
      },
    });
  } catch (thrown) {
    throw thrown instanceof UserError ? thrown : unusable(name, errorMessage(thrown));
  }
  return new Map(
    [...sizes].map(([entry, size]) => {
      const content = unpacked[entry];
      if (content?.length !== size) throw unusable(name, `\`${entry}\` in it is cut off`);
      return [entry, content];
    }),
  );
}

/** A path that stays within the archive, on every platform. */
function safePath(path: string, name: string): string {
  const steps = path.replace(/\/$/, "").split("/");
  const leadsOut = steps.some((step) => step === ".." || step === "." || step === "");
  // A backslash is a folder on Windows, a colon names a drive or a hidden stream.
  const isOdd = [...path].some((character) => character < " " || '\\:*?"<>|'.includes(character));
  if (leadsOut || isOdd) {
    throw unusable(name, `it holds a file ${JSON.stringify(path)}, which does not stay within its folder`);
  }
  return steps.join("/");
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
