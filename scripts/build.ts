/**
 * Builds `dist/`: TypeScript to `build/`, one ncc bundle of it in `dist/lib/`, a stub per action.
 * ncc cannot compile `.ts` with TypeScript 7, so it bundles the compiler's output.
 * Usage: node scripts/build.ts [output folder]
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const out = resolve(process.argv[2] ?? join(root, "dist"));
const bin = (name: string) => join(root, "node_modules", ".bin", name);

rmSync(join(root, "build"), { recursive: true, force: true });
execFileSync(bin("tsc"), ["-p", join(root, "tsconfig.build.json")], { stdio: "inherit", cwd: root });

rmSync(out, { recursive: true, force: true });
execFileSync(
  bin("ncc"),
  ["build", join(root, "build", "index.js"), "-o", join(out, "lib"), "--license", "licenses.txt", "--quiet"],
  {
    stdio: "inherit",
    cwd: root,
  },
);
// ncc writes the absolute folder of the build nowhere else; package.json marks the bundle as ESM.
writeFileSync(join(out, "lib", "package.json"), '{ "type": "module" }\n');

for (const name of readdirSync(join(root, "actions")).sort()) {
  mkdirSync(join(out, name), { recursive: true });
  const symbol = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  writeFileSync(
    join(out, name, "index.js"),
    `import { ${symbol} } from "../lib/index.js";\nawait ${symbol}();\n`,
  );
}
mkdirSync(join(out, "cli"), { recursive: true });
writeFileSync(
  join(out, "cli", "index.js"),
  '#!/usr/bin/env node\nimport { cli } from "../lib/index.js";\nawait cli();\n',
  { mode: 0o755 },
);

const bundle = readFileSync(join(out, "lib", "index.js"), "utf8");
if (bundle.includes(root))
  throw new Error("the bundle holds the path of this checkout: it would not rebuild byte for byte");
console.log(
  `dist: ${(bundle.length / 1e6).toFixed(2)} MB bundle, ${readdirSync(join(root, "actions")).length} actions`,
);
