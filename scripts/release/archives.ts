/**
 * Makes the files of a release out of the packed folders: an archive per action, the npm package, and their SHA-256
 * sums. The same folders give the same bytes.
 * Usage: node scripts/release/archives.ts <packed folder> <output folder>
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { UserError } from "../../src/core/errors.ts";
import { NPM, packedActions } from "./packed.ts";
import { runScript } from "./run-script.ts";
import { versionTag } from "./tags.ts";

export const SUMS = "SHA256SUMS";

/** Writes `<action>-v1.2.3.tar.gz`, `clearml-actions-1.2.3.tgz` and `SHA256SUMS`. */
export async function makeArchives(packed: string, target: string): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const { version } = JSON.parse(readFileSync(join(packed, NPM, "package.json"), "utf8")) as {
    version: string;
  };
  for (const name of packedActions(packed)) {
    const folder = `${name}-${versionTag(version)}`;
    writeFileSync(join(target, `${folder}.tar.gz`), await archive(join(packed, name), folder));
  }
  execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", resolve(target)], {
    cwd: join(packed, NPM),
    stdio: ["ignore", "ignore", "inherit"],
  });
  const sums = readdirSync(target)
    .sort()
    .map(
      (file) =>
        `${createHash("sha256")
          .update(readFileSync(join(target, file)))
          .digest("hex")}  ${file}\n`,
    );
  writeFileSync(join(target, SUMS), sums.join(""));
}

async function archive(folder: string, prefix: string): Promise<Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  const entries = files.map((file) => {
    const body = readFileSync(join(folder, file));
    const header = { name: `${prefix}/${file}`, size: body.length, mode: 0o644, mtime: new Date(0) };
    return { header, body };
  });
  return gzipSync(await packTar(entries), { level: 9 });
}

if (import.meta.main) {
  await runScript(async () => {
    const [packed, target] = process.argv.slice(2);
    if (!packed || !target) throw new UserError({ message: "name the packed folder and the output folder" });
    await makeArchives(packed, target);
    console.log(readFileSync(join(target, SUMS), "utf8").trimEnd());
  });
}
