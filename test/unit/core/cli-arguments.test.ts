import { describe, expect, it } from "vitest";
import { z } from "zod";
import { OPTIONS, parseArguments, secretVariable } from "../../../src/core/cli-arguments.ts";
import type { ActionDefinition } from "../../../src/core/definition.ts";
import { fieldInfo, flag, lines, secret, text } from "../../../src/core/fields.ts";
import { ACTIONS } from "../../../src/index.ts";

const definition: ActionDefinition = {
  name: "example",
  description: "An example",
  inputs: z.object({
    config: text("Path").prefault("clearml.yaml"),
    names: lines("Names").prefault(""),
    fix: flag("Repair").prefault("false"),
    "fail-on-drift": flag("Fail").prefault("true"),
    "github-token": secret("Token").optional(),
  }),
  outputs: z.object({}),
  permissions: [],
  examples: [],
  run: async () => undefined,
};

const parse = (args: string[], env = {}) => parseArguments(definition, args, env);

describe("parseArguments reads", () => {
  it.each<[string[], Record<string, string>]>([
    [[], {}],
    [["--config", "a.yaml"], { config: "a.yaml" }],
    [["--config=a=b.yaml"], { config: "a=b.yaml" }],
    [["--config="], { config: "" }],
    [["--config", ""], { config: "" }],
    [["--config=--odd"], { config: "--odd" }],
    [["--names", "-tls"], { names: "-tls" }],
    [["--names", "a", "--names=b", "--names", "c\nd"], { names: "a\nb\nc\nd" }],
    [["--fix"], { fix: "true" }],
    [["--fix", "--names", "a"], { fix: "true", names: "a" }],
    [["--fix", "false"], { fix: "false" }],
    [["--fix=maybe"], { fix: "maybe" }],
    [["--no-fix"], { fix: "false" }],
    [["--no-fail-on-drift", "--fix"], { "fail-on-drift": "false", fix: "true" }],
    [["--fix", "--"], { fix: "true" }],
  ])("%j", (args, inputs) => {
    expect(parse(args)).toEqual({ inputs, printed: "summary", help: false, problems: [] });
  });

  it.each([
    [["--json"], { printed: "json", help: false }],
    [["--config", "x", "--json"], { printed: "json", help: false }],
    [["--export"], { printed: "export", help: false }],
    [["--help"], { printed: "summary", help: true }],
    [["-h"], { printed: "summary", help: true }],
  ])("%j", (args, expected) => {
    expect(parse(args)).toMatchObject({ ...expected, problems: [] });
  });

  it("a secret from its variable, and no other input from one", () => {
    const env = { INPUT_GITHUB_TOKEN: "t0p-secret", INPUT_CONFIG: "other.yaml", GITHUB_TOKEN: "not-asked" };
    expect(parse(["--fix"], env).inputs).toEqual({ fix: "true", "github-token": "t0p-secret" });
    expect(parse([], { INPUT_GITHUB_TOKEN: "" }).inputs).toEqual({});
  });
});

describe("parseArguments refuses", () => {
  it.each<[string[], string[]]>([
    [["--confg", "x"], ["unknown input `--confg`; did you mean `--config`?"]],
    [["--confg=x"], ["unknown input `--confg`; did you mean `--config`?"]],
    [["--jsn"], ["unknown input `--jsn`; did you mean `--json`?"]],
    [
      ["-x"],
      ["unknown input `-x`; known: config, names, fix, fail-on-drift, github-token, json, export, help"],
    ],
    [["--no-config"], ["unknown input `--no-config`; known: "]],
    [["--no-fix=true"], ["unknown input `--no-fix`; "]],
    [
      ["--config"],
      ["input `--config` has no value; write `--config=VALUE` for a value that begins with dashes"],
    ],
    [["--config", "--json"], ["input `--config` has no value"]],
    [["--config", "a", "--config", "b"], ["input `--config` is given twice; it takes one value"]],
    [["--fix", "--no-fix"], ["input `--fix` is given twice"]],
    [["clearml.yaml"], ["unexpected argument `clearml.yaml`; inputs are given as --name value"]],
    [["--fix", "maybe"], ["unexpected argument `maybe`"]],
    [["--json", "true"], ["unexpected argument `true`"]],
    [["--json=true"], ["`--json` takes no value"]],
    [["--", "a"], ["unexpected argument `a`"]],
    [["--__proto__", "a"], ["unknown input `--__proto__`"]],
    [["--toString"], ["unknown input `--toString`"]],
    [
      ["--one", "a", "b", "--config"],
      ["unknown input `--one`", "unexpected argument `b`", "`--config` has no value"],
    ],
  ])("%j", (args, expected) => {
    const said = parse(args).problems.map(({ message, hint }) => `${message}; ${hint ?? ""}`);
    expect(said).toEqual(expected.map((each) => expect.stringContaining(each)));
  });

  it.each([
    ["--github-token", "t0p-secret"],
    ["--github-token=t0p-secret"],
    ["--github-tokn", "t0p-secret"],
    ["--github-tokn=t0p-secret"],
  ])("a secret on the command line, without repeating it: %s %s", (...args) => {
    const { problems, inputs } = parse(args);
    expect(problems).toHaveLength(1);
    expect(JSON.stringify([problems, inputs])).not.toContain("t0p-secret");
  });

  it("a secret on the command line, and names the variable for it", () => {
    expect(parse(["--github-token", "x"]).problems[0]?.hint).toContain("variable INPUT_GITHUB_TOKEN");
  });
});

describe.each(ACTIONS.map(({ definition }) => [definition.name, definition] as const))("%s", (_, action) => {
  const inputs = Object.entries(action.inputs.shape);

  it("has no input that reads like an option or like a flag negated", () => {
    const names = inputs.map(([name]) => name);
    expect(names.filter((name) => name in OPTIONS || name === "version" || name.startsWith("no-"))).toEqual(
      [],
    );
  });

  it("has a variable of its own for every secret", () => {
    const secrets = inputs.filter(([, field]) => fieldInfo(field as z.ZodType).secret);
    const variables = secrets.map(([name]) => secretVariable(name));
    expect(new Set(variables).size).toBe(variables.length);
    for (const variable of variables) expect(variable).toMatch(/^INPUT_[A-Z_]+$/);
  });
});
