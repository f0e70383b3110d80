import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { parseArguments, secretVariable } from "../../../src/core/cli-arguments.ts";
import { actionHelp, exampleCommand, generalHelp } from "../../../src/core/cli-help.ts";
import { EXIT_CODES } from "../../../src/core/errors.ts";
import { fieldInfo } from "../../../src/core/fields.ts";
import type { Host } from "../../../src/core/host.ts";
import { readInputs } from "../../../src/core/inputs.ts";
import { shellWord } from "../../../src/core/shell-word.ts";
import { ACTIONS } from "../../../src/index.ts";

/** The lines of a section, without its title. */
function section(help: string, title: string): string {
  const [, rest = ""] = help.split(`\n${title}`);
  return rest.split("\n\n")[0] ?? "";
}

/** A text as it is wherever lines are broken. */
const flat = (text: string) => text.replaceAll(/\s+/g, " ");

/** From a name to the next row. */
const row = (text: string, name: string) => flat(text.split(`\n  ${name}`)[1]?.split(/\n {2}\S/)[0] ?? "");

describe.each(ACTIONS.map(({ definition }) => [definition.name, definition] as const))(
  "help of %s",
  (name, definition) => {
    const help = actionHelp(definition, 100);
    const inputs = Object.entries(definition.inputs.shape).map(
      ([input, field]) => [input, fieldInfo(field as z.ZodType)] as const,
    );

    it("says what the action is for", () => expect(flat(help)).toContain(flat(definition.description)));

    it.each(inputs.filter(([, { secret }]) => !secret))("describes --%s", (input, info) => {
      const shown = row(section(help, "Inputs:"), info.form === "flag" ? `--[no-]${input}` : `--${input} `);
      expect(shown).toContain(flat(info.description));
      expect(/\(.*required.*\)/.test(shown)).toBe(info.required);
      expect(/may be repeated/.test(shown)).toBe(info.form === "list");
      if (info.default) expect(shown).toContain(`default: ${info.default}`);
      for (const word of info.words ?? []) expect(shown).toMatch(new RegExp(`[ |]?${word}[| ]`));
    });

    it("gives every secret a variable, and no flag", () => {
      for (const [input, info] of inputs.filter(([, { secret }]) => secret)) {
        expect(row(section(help, "Secrets, "), secretVariable(input))).toContain(flat(info.description));
        expect(help).not.toContain(`--${input} `);
      }
    });

    it("names every output and exit code", () => {
      for (const [output, field] of Object.entries(definition.outputs.shape)) {
        const { description } = fieldInfo(field as z.ZodType);
        expect(row(section(help, "Outputs:"), `${output} `)).toContain(flat(description));
      }
      const codes = section(help, "Exit codes:");
      for (const code of [0, 130, ...Object.values(EXIT_CODES)]) expect(row(codes, `${code} `)).toMatch(/\w/);
    });

    it("has examples that the action accepts", () => {
      expect(definition.examples.length).toBeGreaterThan(0);
      for (const { does, inputs: given } of definition.examples) {
        expect(help).toContain(`  # ${does}\n  ${exampleCommand(name, given)}\n`);
        const flags = exampleCommand(name, given).split(" ").slice(2);
        const { inputs: read, problems } = parseArguments(definition, flags, {});
        expect(problems).toEqual([]);
        const host = { input: (input: string) => read[input] } as Host;
        expect(() => readInputs(definition.inputs, host)).not.toThrow();
      }
    });

    it.each([40, 60, 80, 100, 300])("fits into %d columns", (columns) => {
      const lines = actionHelp(definition, columns).split("\nExamples:")[0]?.split("\n") ?? [];
      const width = Math.min(Math.max(columns, 40), 100);
      // One long word, such as the words of a choice, has nowhere to be broken.
      const tooLong = lines.filter((line) => line.length > width && /\S\s+\S.*\s\S/.test(line.trim()));
      expect(tooLong).toEqual([]);
    });
  },
);

it("lists all actions and exit codes without a name", () => {
  const help = generalHelp(ACTIONS, 100);
  for (const { definition } of ACTIONS)
    expect(row(section(help, "Actions:"), `${definition.name} `)).toContain(flat(definition.description));
  for (const code of [0, 130, ...Object.values(EXIT_CODES)])
    expect(row(section(help, "Exit codes:"), `${code} `)).toMatch(/\w/);
});

describe("shellWord", () => {
  it.each([
    ["/opt/tools/helm-4.2", "/opt/tools/helm-4.2"],
    ["", "''"],
    ["two words", "'two words'"],
    ['$(id) `id` "x"', "'$(id) `id` \"x\"'"],
    ["it's", "'it'\\''s'"],
    ["*", "'*'"],
    ["~/x", "'~/x'"],
  ])("%j is %s", (text, word) => expect(shellWord(text)).toBe(word));
});
