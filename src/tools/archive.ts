import { lstat, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { unzipSync } from "fflate";
import type { Context } from "../core/context.ts";
import { errorMessage, UserError } from "../core/errors.ts";

/**
 * Takes one named file out of a `.zip` or `.tar.gz` and writes it to `target`. Nothing else is unpacked, so no other
 * name in the archive (`../x`, links) can do harm.
 * @throws UserError when the archive cannot be read or does not hold that name as a regular file
 */
export async function extractMember(
  context: Context,
  archive: string,
  member: string,
  target: string,
): Promise<void> {
  if (archive.endsWith(".zip")) await unzipMember(archive, member, target);
  else await untarMember(context, archive, member, target);
}

async function unzipMember(archive: string, member: string, target: string): Promise<void> {
  let found: Uint8Array | undefined;
  try {
    found = unzipSync(await readFile(archive), { filter: ({ name }) => name === member })[member];
  } catch (thrown) {
    throw unusable(archive, errorMessage(thrown));
  }
  if (!found) throw unusable(archive, `it holds no ${member}`);
  await writeFile(target, found);
}

async function untarMember(context: Context, archive: string, member: string, target: string): Promise<void> {
  const folder = `${archive}.content`;
  await mkdir(folder);
  try {
    await context.exec.run("tar", ["-xzf", archive, "-C", folder, member], {
      quiet: true,
      harmless: true,
    });
  } catch (thrown) {
    throw unusable(archive, errorMessage(thrown));
  }
  // Not followed: a link of that name must not lead out of the folder.
  const found = await lstat(join(folder, member));
  if (!found.isFile()) throw unusable(archive, `${member} in it is no regular file`);
  await rename(join(folder, member), target);
}

function unusable(archive: string, reason: string): UserError {
  return new UserError(
    {
      message: `${basename(archive)} cannot be unpacked: ${reason}`,
      hint: "check what the publisher or the `mirror` serves under this name",
    },
    { kind: "cluster" },
  );
}
