/**
 * Builds `dist/`: TypeScript to `build/`, one ncc bundle of it in `dist/lib/`, in parts that are read when an action
 * needs them, and a stub per action.
 * ncc cannot compile `.ts` with TypeScript 7, so it bundles the compiler's output.
 * Usage: node scripts/build.ts [output folder]
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { minifySync } from "rolldown/utils";
import { bundledLicences } from "./licences.ts";

const root = resolve(import.meta.dirname, "..");
const out = resolve(process.argv[2] ?? join(root, "dist"));
const bin = (name: string) => join(root, "node_modules", ".bin", name);

rmSync(join(root, "build"), { recursive: true, force: true });
execFileSync(bin("tsc"), ["-p", join(root, "tsconfig.build.json")], { stdio: "inherit", cwd: root });

rmSync(out, { recursive: true, force: true });
execFileSync(bin("ncc"), ["build", join(root, "build", "index.js"), "-o", join(out, "lib"), "--quiet"], {
  stdio: "inherit",
  cwd: root,
});
const parts = readdirSync(join(out, "lib")).filter((file) => file.endsWith(".js"));
for (const file of parts) minify(join(out, "lib", file));
writeFileSync(join(out, "lib", "licenses.txt"), bundledLicences(root));
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
writeFileSync(join(out, "cli", "index.js"), cliStub(), { mode: 0o755 });

/** Looks at Node before anything else is read: an older one would end with a stack. */
function cliStub(): string {
  return `#!/usr/bin/env node
if (Number.parseInt(process.versions.node, 10) < 22) {
  process.stderr.write(\`clearml-actions needs Node 22 or later; this is Node \${process.versions.node}\\n\`);
  process.exitCode = 2;
} else {
  import("../lib/index.js").then(({ cli }) => cli());
}
`;
}

/** Most of what an action takes to start is reading its code. Names stay, for the stacks in bug reports. */
function minify(file: string): void {
  const { code, errors } = minifySync(file, readFileSync(file, "utf8"), {
    module: true,
    compress: { keepNames: { function: true, class: true } },
    mangle: { keepNames: true },
  });
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("\n"));
  writeFileSync(file, code);
}

let bytes = 0;
for (const file of parts) {
  const text = readFileSync(join(out, "lib", file), "utf8");
  bytes += Buffer.byteLength(text);
  if (text.includes(root))
    throw new Error("the bundle holds the path of this checkout: it would not rebuild byte for byte");
}
console.log(
  `dist: ${(bytes / 1e6).toFixed(2)} MB bundle in ${parts.length} parts, ${readdirSync(join(root, "actions")).length} actions`,
);
