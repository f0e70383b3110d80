/** `actions/<name>/action.yml`, made of an action's definition. */
import { stringify } from "yaml";
import type { z } from "zod";
import type { ActionDefinition } from "../../src/core/definition.ts";
import { type FieldInfo, fieldInfo } from "../../src/core/fields.ts";

const BRANDING = { icon: "server", color: "blue" };

export function actionYml(definition: ActionDefinition): string {
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

/** Inputs or outputs, with what there is to say about each. */
export function fields(schema: z.ZodObject) {
  return Object.entries(schema.shape).map(([name, field]) => [name, fieldInfo(field as z.ZodType)] as const);
}

/** What an input is in a workflow that leaves it out. */
export function shownDefault(info: FieldInfo): string | undefined {
  return info.workflowDefault ?? info.default;
}
