import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** Inside the repository, where the bundler finds the packages. */
const FOLDER = join(root, "build", "bench");

/**
 * Bundles a script as `npm run build` bundles the actions: what users start is one file, not hundreds of sources.
 * @returns the path of the bundle
 */
export function bundled(script: string): string {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const compiled = join(FOLDER, "compiled");
  const config = join(FOLDER, "tsconfig.json");
  const compilerOptions = {
    ...{ noEmit: false, declaration: false, rootDir: root, outDir: compiled },
    typeRoots: [join(root, "node_modules", "@types")],
  };
  const extended = join(root, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ extends: extended, compilerOptions, include: [], files: [script] }));
  const bin = (name: string) => join(root, "node_modules", ".bin", name);
  execFileSync(bin("tsc"), ["-p", config], { cwd: root, stdio: "inherit" });
  writeFileSync(join(compiled, "package.json"), '{ "type": "module" }\n');
  const entry = join(compiled, relative(root, script).replace(/\.ts$/, ".js"));
  const out = join(FOLDER, "bundle");
  execFileSync(bin("ncc"), ["build", entry, "-o", out, "--quiet"], { cwd: root, stdio: "inherit" });
  return join(out, "index.js");
}
