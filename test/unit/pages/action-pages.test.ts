/** The pages of the actions: one form, and nothing in them that the code does not have. */
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "../../../src/core/errors.ts";
import { ACTIONS } from "../../../src/index.ts";
import { page, prose } from "../../support/pages/pages.ts";

const DEFINITIONS = ACTIONS.map(({ definition }) => definition);

describe.each(DEFINITIONS.map((definition) => [definition.name, definition] as const))(
  "%s",
  (name, definition) => {
    const own = page(`actions/${name}/README.md`);
    const headings = [...prose(own).matchAll(/^(#{1,2}) (.+)$/gm)].map(
      ([, marks, text]) => `${marks} ${text}`,
    );

    it("has the sections that every page has, in their order", () => {
      expect(headings.slice(0, 5)).toEqual([
        `# ${name}`,
        ...["## Permissions", "## Usage", "## Inputs", "## Outputs"],
      ]);
      expect(headings.at(-1)).toBe("## When it fails");
      const purpose = own.text.split("\n## ")[0] ?? "";
      expect(purpose.replace(`# ${name}`, "").trim()).toMatch(/^[A-Z][^\n]+/);
    });

    it("shows what a job has to grant", () => {
      const section = sectionOf(own.text, "Permissions");
      for (const { scope, access, why } of definition.permissions) {
        expect(section).toContain(`| \`${scope}: ${access}\` | ${why} |`);
      }
      expect(section.match(/^\| `/gm)).toHaveLength(definition.permissions.length);
    });

    it("says of known exit codes only why they come, and that of each once", () => {
      const codes = [...sectionOf(own.text, "When it fails").matchAll(/^\| (\d+) \| (.*) \|$/gm)];
      const numbers = codes.map(([, code]) => Number(code));
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      expect(numbers).toContain(EXIT_CODES.input);
      for (const number of numbers) expect(Object.values(EXIT_CODES)).toContain(number);
      for (const [, , why] of codes) expect(why).toMatch(/^[A-Z].*\.$/);
    });

    it("names inputs and outputs of its own, or of another action", () => {
      const fields = DEFINITIONS.flatMap(({ inputs, outputs }) => [
        ...Object.keys(inputs.shape),
        ...Object.keys(outputs.shape),
      ]);
      const named = [...prose(own).matchAll(/\b(?:inputs?|outputs?) `([^`]+)`/g)].map(([, each]) => each);
      for (const each of named) expect(fields).toContain(each);
    });

    it("takes every setting that its words show", () => {
      const settings = [...prose(own).matchAll(/`([a-z-]+): ([\w.*-]+)`/g)].map(
        ([, input = "", value = ""]) => [input, value] as const,
      );
      const inputs: Record<string, { safeParse(value: unknown): { success: boolean } }> =
        definition.inputs.shape;
      for (const [input, value] of settings.filter(([each]) => each in inputs)) {
        expect({ input, value, takes: inputs[input]?.safeParse(value).success }).toEqual({
          ...{ input, value },
          takes: true,
        });
      }
    });
  },
);

function sectionOf(text: string, heading: string): string {
  return text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
}
