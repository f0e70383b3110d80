import { constants } from "node:fs";
import { lstat, mkdir, open, readFile, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, relative } from "node:path";

/**
 * Files of a checkout, which a stranger may have written: a link in it must not make us read or overwrite what else is
 * on the machine, and a device must not be read for ever. What a workflow itself names elsewhere is its own affair.
 */

/** No file that people keep beside their environment comes near it. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Whether a path lies in a folder, or is that folder. */
export function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith("../") && !way.startsWith("..\\") && !isAbsolute(way);
}

/**
 * The bytes of a file.
 * @param within a path below this folder may not lead out of it
 * @throws Error with the reason: it is no regular file, too large, leads out, or is not there
 */
export async function readRegularFile(path: string, within: string, most = MOST_BYTES): Promise<Buffer> {
  const found = await stat(path);
  if (found.isDirectory()) throw new Error("it is a folder");
  if (!found.isFile()) throw new Error("it is no regular file");
  if (await leadsOut(path, within)) throw new Error("it is a link that leads out of the working folder");
  if (found.size > most) throw new Error(`it is larger than ${Math.round(most / 1024 / 1024)} MiB`);
  return readFile(path);
}

/**
 * Writes a file that an input names, with the folders around it.
 * @param within a path below this folder may not lead out of it, nor be a link
 * @throws Error with the reason
 */
export async function writeRegularFile(path: string, text: string, within: string): Promise<void> {
  if (!isBelow(path, within)) {
    await mkdir(dirname(path), { recursive: true });
    return writeFile(path, text);
  }
  if (await leadsOut(path, within))
    throw new Error("it is a link, or lies behind one, that leads out of the working folder");
  await mkdir(dirname(path), { recursive: true });
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);
  const file = await open(path, flags, 0o666);
  try {
    if (!(await file.stat()).isFile()) throw new Error("it is no regular file");
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/** Whether a path below a folder leads out of it by a link; the nearest that is there counts for what is not. */
export async function leadsOut(path: string, folder: string): Promise<boolean> {
  if (!isBelow(path, folder)) return false;
  let existing = path;
  while (!(await lstat(existing).catch(() => undefined))) existing = dirname(existing);
  // A link to nowhere is there, but has no real path: what would be made is made where it points to.
  const real = await realpath(existing).catch(() => undefined);
  return real === undefined || !isBelow(real, await realpath(folder));
}
