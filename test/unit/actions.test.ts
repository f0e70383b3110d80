import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { z } from "zod";
import { fieldInfo } from "../../src/core/fields.ts";
import { ACTIONS } from "../../src/index.ts";

const ROOT = resolve(import.meta.dirname, "../..");

interface ActionYml {
  description: string;
  inputs?: Record<string, { description: string; required: boolean; default?: string }>;
  outputs?: Record<string, { description: string }>;
  runs: { using: string; main: string; post?: string };
}

/** Cells of the rows of the table between two markers of a README. */
function tableRows(text: string, name: string): string[][] {
  const block = text.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0] ?? "";
  return block
    .trim()
    .split("\n")
    .slice(2)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe.each(ACTIONS.map((action) => [action.definition.name, action.definition] as const))(
  "%s",
  (name, definition) => {
    const yml = parse(readFileSync(join(ROOT, "actions", name, "action.yml"), "utf8")) as ActionYml;
    const readme = readFileSync(join(ROOT, "actions", name, "README.md"), "utf8");
    const inputs = Object.keys(definition.inputs.shape);
    const outputs = Object.keys(definition.outputs.shape);

    it("declares in action.yml the inputs and outputs of its schema, and no others", () => {
      expect(Object.keys(yml.inputs ?? {})).toEqual(inputs);
      expect(Object.keys(yml.outputs ?? {})).toEqual(outputs);
    });

    it.each(inputs)("treats input %s the same in schema and action.yml", (input) => {
      const declared = yml.inputs?.[input];
      const alone = { ...(declared?.default === undefined ? {} : { [input]: declared.default }) };
      // What the runner passes when the user sets nothing must be what the schema does with nothing.
      const field = definition.inputs.shape[input] as z.ZodType;
      const withNothing = field.safeParse(undefined);
      expect(withNothing.success).toBe(!declared?.required);
      const { workflowDefault } = fieldInfo(field);
      // GitHub fills it in; elsewhere there is none.
      if (workflowDefault !== undefined) expect(declared?.default).toBe(workflowDefault);
      else if (declared?.default !== undefined) expect(field.parse(alone[input])).toEqual(withNothing.data);
      expect(declared?.description).toMatch(/\S/);
    });

    it("shows both in its README", () => {
      expect(tableRows(readme, "inputs").map((row) => row[0])).toEqual(inputs.map((each) => `\`${each}\``));
      expect(tableRows(readme, "outputs").map((row) => row[0])).toEqual(outputs.map((each) => `\`${each}\``));
      for (const [input, row] of inputs.map(
        (each, index) => [each, tableRows(readme, "inputs")[index]] as const,
      )) {
        const declared = yml.inputs?.[input];
        expect(row?.[1]).toContain(declared?.description.replaceAll("|", "\\|"));
        expect(row?.[2]).toBe(
          declared?.required ? "required" : declared?.default ? `\`${declared.default}\`` : "",
        );
      }
    });

    it("runs its own stub under Node 24", () => {
      expect(yml.runs.using).toBe("node24");
      expect(yml.runs.main).toBe(`../../dist/${name}/index.js`);
      expect(yml.runs.post).toBe(definition.post ? yml.runs.main : undefined);
      expect(yml.description).toBe(definition.description);
      expect(readme).toContain(`uses: clearml/${name}@v1`);
    });
  },
);

it("has a folder for every action, and an action for every folder", () => {
  expect(readdirSync(join(ROOT, "actions")).sort()).toEqual(
    ACTIONS.map((action) => action.definition.name).sort(),
  );
});
