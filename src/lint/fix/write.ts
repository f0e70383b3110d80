import { lstat, open, readFile, realpath, rename, rm } from "node:fs/promises";
import { isAbsolute, relative, resolve } from "node:path";
import { errorMessage, type Problem } from "../../core/errors.ts";
import type { FixPlan } from "./plan.ts";

export interface Written {
  files: ReadonlySet<string>;
  /** What was left alone, and why. */
  problems: readonly Problem[];
}

/**
 * Writes repaired files, each as a whole or not at all. A file outside of the working folder, behind a link, or
 * changed since it was read is left alone.
 */
export async function writeFixes(files: FixPlan["files"], cwd: string): Promise<Written> {
  const problems: Problem[] = [];
  const written = new Set<string>();
  const root = await realpath(cwd);
  for (const { file, before, after } of files) {
    const path = resolve(root, relative(cwd, resolve(cwd, file)));
    const reason = await replaceFile(root, path, before, after).catch((thrown: unknown) =>
      errorMessage(thrown),
    );
    if (reason === undefined) written.add(file);
    else problems.push({ message: `${file} was not repaired: ${reason}`, at: { file, line: 1, column: 1 } });
  }
  return { files: written, problems };
}

/** Replaces a file by a new one beside it; the reason when it must not be replaced. */
async function replaceFile(
  root: string,
  path: string,
  before: string,
  after: string,
): Promise<string | undefined> {
  const way = relative(root, path);
  if (way.startsWith("..") || isAbsolute(way)) return "it lies outside of the working folder";
  // The real path differs where any folder on the way is a link.
  if ((await realpath(path)) !== path) return "it is a link, or lies behind one";
  if ((await readFile(path, "utf8")) !== before) return "it has changed since it was read";
  const { mode } = await lstat(path);
  const temporary = `${path}.clearml-lint-${process.pid}`;
  try {
    const handle = await open(temporary, "wx", mode);
    await handle.writeFile(after);
    await handle.close();
    await rename(temporary, path);
    return undefined;
  } finally {
    await rm(temporary, { force: true });
  }
}
