/**
 * Fails when something generated is not what its source says: `dist/` (rebuilt in a scratch folder and compared
 * byte for byte), action.yml, the README tables, the pages of the
 * rules and `clearml.schema.json`.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { generatedFiles, obsoleteFiles } from "./docs.ts";

const root = resolve(import.meta.dirname, "..");

function filesBelow(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(folder, path), readFileSync(path, "utf8")];
    }),
  );
}

function staleDist(): string[] {
  const scratch = mkdtempSync(join(tmpdir(), "clearml-actions-dist-"));
  try {
    execFileSync(process.execPath, [join(root, "scripts", "build.ts"), scratch], { stdio: "ignore" });
    const [fresh, committed] = [filesBelow(scratch), filesBelow(join(root, "dist"))];
    const names = new Set([...fresh.keys(), ...committed.keys()]);
    return [...names].filter((name) => fresh.get(name) !== committed.get(name)).map((name) => `dist/${name}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const docs = await generatedFiles();
const staleDocs = [...docs]
  .filter(([file, text]) => !existsSync(join(root, file)) || readFileSync(join(root, file), "utf8") !== text)
  .map(([file]) => file)
  .concat(obsoleteFiles(docs));
const stale = [...staleDist(), ...staleDocs];
for (const file of stale)
  console.error(`${file} is stale; run \`npm run docs && npm run build\` and commit the result`);
if (stale.length > 0) process.exitCode = 1;
else console.log("generated files are up to date");
