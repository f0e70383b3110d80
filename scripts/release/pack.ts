/**
 * Makes what is released out of the checkout: for each action a folder that is a repository of its own, and the npm
 * package in `npm`. The same checkout gives the same bytes.
 * Usage: npm run release:pack -- [output folder]
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../../src/core/errors.ts";
import { packedActionYml, packedReadme, packedSecurity, packedStub } from "./action-folder.ts";
import { kindBelow } from "./links.ts";
import { npmManifest, npmReadme } from "./npm-folder.ts";
import { runScript } from "./run-script.ts";

const root = resolve(import.meta.dirname, "../..");
const kindOf = kindBelow(root);
const LIB = join("dist", "lib");
/** Marks the stub beside it as an ES module, as the repository's own package.json does. */
const MODULE = '{ "type": "module" }\n';

/** The names of the actions: their folders. */
export function actionNames(): string[] {
  return readdirSync(join(root, "actions")).sort();
}

/** Packs everything into a folder, which is made anew. */
export function pack(target: string): void {
  if (!existsSync(join(root, LIB, "index.js")))
    throw new UserError({ message: "dist/ is not built", hint: "run `npm run build`" });
  rmSync(target, { recursive: true, force: true });
  for (const name of actionNames()) packAction(name, join(target, name));
  packNpm(join(target, "npm"));
}

function packAction(name: string, folder: string): void {
  const { version } = manifest();
  const source = `actions/${name}`;
  write(join(folder, "action.yml"), packedActionYml(read(`${source}/action.yml`), name, version));
  write(join(folder, "README.md"), packedReadme(read(`${source}/README.md`), name, version, kindOf));
  write(join(folder, "SECURITY.md"), packedSecurity(version));
  write(join(folder, "LICENSE"), read("LICENSE"));
  write(join(folder, "dist", "package.json"), MODULE);
  write(join(folder, "dist", "index.js"), packedStub(read(`dist/${name}/index.js`), name));
  cpSync(join(root, LIB), join(folder, LIB), { recursive: true });
}

function packNpm(folder: string): void {
  const { version } = manifest();
  write(join(folder, "package.json"), npmManifest(manifest()));
  write(join(folder, "README.md"), npmReadme(read("README.md"), version, kindOf));
  write(join(folder, "LICENSE"), read("LICENSE"));
  write(join(folder, "dist", "cli", "index.js"), read("dist/cli/index.js"), 0o755);
  cpSync(join(root, LIB), join(folder, LIB), { recursive: true });
}

function manifest(): Parameters<typeof npmManifest>[0] {
  return JSON.parse(read("package.json")) as Parameters<typeof npmManifest>[0];
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

function write(file: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
}

if (import.meta.main) {
  await runScript(() => {
    const target = resolve(process.argv[2] ?? join(root, "build", "release"));
    pack(target);
    console.log(`${target}: ${readdirSync(target).join(", ")}`);
  });
}
