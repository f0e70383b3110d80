/**
 * Writes what follows from the source: `actions/<name>/action.yml`, the tables of the pages between their markers, the
 * pages of the lint rules, and `clearml.schema.json`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { table } from "../src/core/markdown.ts";
import { environmentJsonSchema } from "../src/environment/schema.ts";
import { ACTIONS } from "../src/index.ts";
import { actionPage } from "./docs/action-page.ts";
import { actionYml } from "./docs/action-yml.ts";
import { replaceBlock } from "./docs/blocks.ts";
import { allPermissionsTable } from "./docs/permissions.ts";
import { RULE_PAGES, rulePages } from "./docs/rule-pages.ts";
import { examplesList, examplesTable, reusableTable } from "./docs/workflows.ts";
import { rootActionYml } from "./release/root-action.ts";

const root = resolve(import.meta.dirname, "..");

/** The generated blocks of pages that are not about one action, by page and marker. */
const BLOCKS: readonly [file: string, marker: string, block: () => string][] = [
  ["README.md", "actions", actionsTable],
  ["README.md", "examples", () => examplesList(root)],
  ["workflows-examples/README.md", "examples", () => examplesTable(root)],
  ["workflows-examples/README.md", "reusable", () => reusableTable(root, "../.github/workflows")],
  ["docs/threat-model.md", "token-permissions", () => allPermissionsTable(definitions(), "../actions")],
];

/** Every generated file by its path in the repository, with the text it should have. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const files = await rulePages();
  for (const definition of definitions()) {
    const page = `actions/${definition.name}/README.md`;
    files.set(`actions/${definition.name}/action.yml`, actionYml(definition));
    files.set(page, actionPage(definition, read(page)));
  }
  for (const [file, marker, block] of BLOCKS)
    files.set(file, replaceBlock(files.get(file) ?? read(file), marker, block()));
  files.set("action.yml", rootActionYml());
  files.set("clearml.schema.json", `${JSON.stringify(environmentJsonSchema(), null, 2)}\n`);
  return files;
}

/** Pages of rules that are no more. */
export function obsoleteFiles(files: ReadonlyMap<string, string>): string[] {
  if (!existsSync(join(root, RULE_PAGES))) return [];
  return readdirSync(join(root, RULE_PAGES), { recursive: true })
    .map((name) => `${RULE_PAGES}/${String(name)}`)
    .filter((file) => !files.has(file));
}

function definitions() {
  return ACTIONS.map(({ definition }) => definition);
}

function actionsTable(): string {
  return table(
    ["Action", "What it does"],
    definitions().map(({ name, description }) => [`[\`${name}\`](actions/${name}/README.md)`, description]),
  );
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const files = await generatedFiles();
  for (const [file, text] of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  for (const file of obsoleteFiles(files)) rmSync(join(root, file));
}
