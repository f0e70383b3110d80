/** The generated tables of `actions/<name>/README.md`. */
import type { ActionDefinition } from "../../src/core/definition.ts";
import { table } from "../../src/core/markdown.ts";
import { OBJECT_RULES, RELEASE_RULES } from "../../src/plan/dangers/index.ts";
import { CHECKS as PREFLIGHT_CHECKS } from "../../src/preflight/checks/index.ts";
import { CHECKS } from "../../src/smoke/checks.ts";
import { KNOWN_VERSIONS } from "../../src/tools/known-versions.ts";
import { PUBLISHERS, TOOLS } from "../../src/tools/publishers.ts";
import { fields, shownDefault } from "./action-yml.ts";
import { replaceBlock } from "./blocks.ts";
import { permissionsTable } from "./permissions.ts";
import { familiesTable } from "./rule-pages.ts";

type Blocks = Readonly<Record<string, (definition: ActionDefinition) => string>>;

/** What every page has. */
const BLOCKS: Blocks = { permissions: permissionsTable, inputs: inputsTable, outputs: outputsTable };

/** What single pages list beside it. */
const MORE_BLOCKS: Readonly<Record<string, Blocks>> = {
  "lint-overrides": { rules: familiesTable },
  "smoke-test-gateway": { checks: checksTable },
  "setup-clearml-helm": { "known-versions": knownVersionsTable },
  "deploy-control-plane": { dangers: dangersTable, "looked-at": lookedAtTable },
};

/** A page with its tables made anew. */
export function actionPage(definition: ActionDefinition, page: string): string {
  const blocks = Object.entries({ ...BLOCKS, ...MORE_BLOCKS[definition.name] });
  return blocks.reduce((text, [name, block]) => replaceBlock(text, name, block(definition)), page);
}

function inputsTable({ inputs }: ActionDefinition): string {
  const rows = fields(inputs).map(([name, info]) => [
    `\`${name}\``,
    `${info.description}${info.secret ? " (secret)" : ""}`,
    info.required ? "required" : shownDefault(info) ? `\`${shownDefault(info)}\`` : "",
  ]);
  return table(["Input", "What it is", "Default"], rows);
}

function outputsTable({ outputs }: ActionDefinition): string {
  const rows = fields(outputs).map(([name, info]) => [`\`${name}\``, info.description]);
  return table(["Output", "What it is"], rows);
}

function checksTable(): string {
  return table(
    ["Check", "Group", "What passing means"],
    CHECKS.map(({ name, group, proves }) => [`\`${name}\``, group, proves]),
  );
}

function knownVersionsTable(): string {
  return table(
    ["Tool", "Default", "Known versions"],
    TOOLS.map((tool) => [
      tool,
      PUBLISHERS[tool].defaultVersion,
      Object.keys(KNOWN_VERSIONS[tool]).join(", "),
    ]),
  );
}

function dangersTable(): string {
  const named = (wanted: string) =>
    [...OBJECT_RULES, ...RELEASE_RULES]
      .filter(({ severity }) => severity === wanted)
      .map(({ rule }) => `\`${rule}\``)
      .join(", ");
  return table(
    ["What the plan says of it", "Dangers"],
    [
      ["Only an approved plan may do this", named("stop")],
      ["Good to know", named("note")],
    ],
  );
}

function lookedAtTable(): string {
  return table(
    ["Check", "Looks at", "Right it takes"],
    PREFLIGHT_CHECKS.map(({ name, looksAt, needs }) => [`\`${name}\``, looksAt, needs]),
  );
}
