/**
 * Writes what follows from the source: `actions/<name>/action.yml`, the tables of the READMEs between their
 * markers, the pages of the lint rules, and `clearml.schema.json`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "yaml";
import type { z } from "zod";
import type { ActionDefinition } from "../src/core/definition.ts";
import { type FieldInfo, fieldInfo } from "../src/core/fields.ts";
import { table } from "../src/core/markdown.ts";
import { environmentJsonSchema } from "../src/environment/schema.ts";
import { ACTIONS } from "../src/index.ts";
import { CHECKS } from "../src/smoke/checks.ts";
import { familiesTable, RULE_PAGES, rulePages } from "./rule-pages.ts";

const root = resolve(import.meta.dirname, "..");
const BRANDING = { icon: "server", color: "blue" };

/** Every generated file by its path in the repository, with the text it should have. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const files = await rulePages();
  for (const { definition } of ACTIONS) {
    files.set(`actions/${definition.name}/action.yml`, actionYml(definition));
    files.set(`actions/${definition.name}/README.md`, actionReadme(definition));
  }
  files.set("README.md", replaceBlock(read("README.md"), "actions", actionsTable()));
  files.set("clearml.schema.json", `${JSON.stringify(environmentJsonSchema(), null, 2)}\n`);
  return files;
}

function actionYml(definition: ActionDefinition): string {
  const main = `../../dist/${definition.name}/index.js`;
  const text = stringify(
    {
      name: `ClearML ${definition.name}`,
      description: definition.description,
      author: "clearml-actions",
      branding: BRANDING,
      inputs: Object.fromEntries(
        fields(definition.inputs).map(([name, info]) => [
          name,
          {
            description: info.description,
            required: info.required,
            ...(shownDefault(info) === undefined ? {} : { default: shownDefault(info) }),
          },
        ]),
      ),
      outputs: Object.fromEntries(
        fields(definition.outputs).map(([name, info]) => [name, { description: info.description }]),
      ),
      runs: { using: "node24", main, ...(definition.post ? { post: main } : {}) },
    },
    { lineWidth: 0 },
  );
  return `# Generated from src/actions/${definition.name}.ts by \`npm run docs\`.\n${text}`;
}

function shownDefault(info: FieldInfo): string | undefined {
  return info.workflowDefault ?? info.default;
}

function actionReadme(definition: ActionDefinition): string {
  const file = `actions/${definition.name}/README.md`;
  const inputs = fields(definition.inputs).map(([name, info]) => [
    `\`${name}\``,
    `${info.description}${info.secret ? " (secret)" : ""}`,
    info.required ? "required" : shownDefault(info) ? `\`${shownDefault(info)}\`` : "",
  ]);
  const outputs = fields(definition.outputs).map(([name, info]) => [`\`${name}\``, info.description]);
  const withInputs = replaceBlock(read(file), "inputs", table(["Input", "What it is", "Default"], inputs));
  const withOutputs = replaceBlock(withInputs, "outputs", table(["Output", "What it is"], outputs));
  const more = MORE_TABLES[definition.name];
  return more ? replaceBlock(withOutputs, more.marker, more.table()) : withOutputs;
}

/** What single READMEs list beside inputs and outputs. */
const MORE_TABLES: Readonly<Record<string, { marker: string; table(): string }>> = {
  "lint-overrides": { marker: "rules", table: familiesTable },
  "smoke-test-gateway": { marker: "checks", table: checksTable },
};

function checksTable(): string {
  return table(
    ["Check", "Group", "What passing means"],
    CHECKS.map(({ name, group, proves }) => [`\`${name}\``, group, proves]),
  );
}

/** Pages of rules that are no more. */
export function obsoleteFiles(files: ReadonlyMap<string, string>): string[] {
  if (!existsSync(join(root, RULE_PAGES))) return [];
  return readdirSync(join(root, RULE_PAGES), { recursive: true })
    .map((name) => `${RULE_PAGES}/${String(name)}`)
    .filter((file) => !files.has(file));
}

function actionsTable(): string {
  return table(
    ["Action", "What it does"],
    ACTIONS.map(({ definition }) => [
      `[\`${definition.name}\`](actions/${definition.name}/README.md)`,
      definition.description,
    ]),
  );
}

function fields(schema: z.ZodObject) {
  return Object.entries(schema.shape).map(([name, field]) => [name, fieldInfo(field as z.ZodType)] as const);
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** The text with everything between `<!-- name -->` and `<!-- /name -->` replaced. */
function replaceBlock(text: string, name: string, block: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the markers ${start} … ${end} are missing`);
  return `${text.slice(0, from + start.length)}\n${block}\n${text.slice(to)}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const files = await generatedFiles();
  for (const [file, text] of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  for (const file of obsoleteFiles(files)) rmSync(join(root, file));
}
