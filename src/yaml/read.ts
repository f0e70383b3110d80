import { isUtf8 } from "node:buffer";
import { readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { errorMessage } from "../core/errors.ts";
import { isBelow } from "../core/files.ts";
import { tooLong } from "./limits.ts";
import { parseYaml, unreadableSource, type YamlSource } from "./source.ts";

/** A file that could not be opened. */
export interface Unread {
  /** After the name of the file: "does not exist". */
  reason: string;
}

/**
 * Reads and parses a YAML file. What opens but is no text of a sensible size gives a source with a problem.
 * @param path absolute path
 * @param file the same path as the user knows it
 * @param root folder a link must not lead out of: a pull request must not show what else is on the machine
 */
export function readYamlFile(path: string, file: string, root: string): YamlSource | Unread {
  try {
    const reason = unfit(path, root, statSync(path));
    if (reason !== undefined) return { reason };
    const bytes = readFileSync(path);
    const length = tooLong(bytes.length);
    if (length !== undefined) return unreadableSource(file, `the file ${length}`);
    const encoding = foreignEncoding(bytes);
    if (encoding !== undefined) return unreadableSource(file, `the file ${encoding}`);
    return parseYaml(bytes.toString("utf8"), file);
  } catch (thrown) {
    return { reason: failure(thrown) };
  }
}

/** Whether something is a file that could not be opened. */
export function isUnread(read: YamlSource | Unread): read is Unread {
  return "reason" in read;
}

function unfit(path: string, root: string, stats: Stats): string | undefined {
  if (stats.isDirectory()) return "is a folder";
  // Reading a pipe or a device may never end.
  if (!stats.isFile()) return "is no regular file";
  if (!isBelow(path, root) || isBelow(realpathSync.native(path), realpathSync.native(root))) return undefined;
  return "is a link that leads out of the working folder";
}

/** Byte order marks of UTF-16 and UTF-32, then anything that is not UTF-8. */
function foreignEncoding(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  if ((first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe))
    return "is UTF-16 or UTF-32";
  if (bytes.length >= 4 && bytes.readUInt32BE(0) === 0x0000feff) return "is UTF-32";
  return isUtf8(bytes) ? undefined : "is not UTF-8";
}

function failure(thrown: unknown): string {
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") return "does not exist";
  if (code === "EACCES") return "may not be read";
  if (code === "ELOOP") return "is a link that leads to itself";
  return `cannot be read: ${errorMessage(thrown)}`;
}
