import type { z } from "zod";
import type { Action } from "./action.ts";
import { OPTIONS, secretVariable } from "./cli-arguments.ts";
import type { ActionDefinition, CommandExample } from "./definition.ts";
import { EXIT_CODE_MEANINGS } from "./errors.ts";
import { type FieldInfo, fieldInfo } from "./fields.ts";
import { shellWord } from "./shell-word.ts";

/** What stands left of a description, and the description. */
type Row = readonly [name: string, text: string];

const PROGRAM = "clearml-actions";
const WIDTH = { least: 40, most: 100 };
/** Longest name that has its description beside it, not below. */
const LONGEST_NAME = 24;

/** Help about the command line as a whole, for a terminal of so many columns. */
export function generalHelp(actions: readonly Action[], columns = 80): string {
  const rows = actions.map(({ definition }): Row => [definition.name, definition.description]);
  const commands: Row[] = [
    [`${PROGRAM} help <action>`, "the inputs, outputs and exit codes of an action"],
    [`${PROGRAM} --version`, "the version"],
  ];
  return sections(columns, [
    `Usage: ${PROGRAM} <action> [--input value ...] [options]`,
    ["Actions:", rows],
    ["More:", commands],
    ["Exit codes:", exitCodes()],
  ]);
}

/** Help about one action, all of it from its definition, for a terminal of so many columns. */
export function actionHelp(definition: ActionDefinition, columns = 80): string {
  const inputs = fieldsOf(definition.inputs);
  const plain = inputs.filter(([, info]) => !info.secret);
  const secret = inputs.filter(([, info]) => info.secret);
  const outputs = fieldsOf(definition.outputs).map(([name, info]): Row => [name, info.description]);
  return sections(columns, [
    usage(definition, plain),
    definition.description,
    ["Inputs:", plain.map(([name, info]): Row => [inputName(name, info), inputText(info)])],
    [
      "Secrets, from environment variables, because every process of a machine can read arguments:",
      secret.map(([name, info]): Row => [secretVariable(name), inputText(info)]),
    ],
    [
      "Options:",
      Object.entries(OPTIONS).map(
        ([name, text]): Row => [name === "help" ? "-h, --help" : `--${name}`, text],
      ),
    ],
    ["Outputs:", outputs],
    ["Exit codes:", exitCodes()],
    ["Examples:", definition.examples.map((each) => exampleLines(definition, each)).join("\n")],
  ]);
}

/** An example as it is typed. */
export function exampleCommand(name: string, inputs: CommandExample["inputs"]): string {
  const flags = Object.entries(inputs).flatMap(([input, value]) =>
    value === true ? [`--${input}`] : [value].flat().map((each) => `--${input} ${shellWord(each)}`),
  );
  return [PROGRAM, name, ...flags].join(" ");
}

function exampleLines(definition: ActionDefinition, { does, inputs }: CommandExample): string {
  return `  # ${does}\n  ${exampleCommand(definition.name, inputs)}`;
}

function usage({ name }: ActionDefinition, fields: readonly (readonly [string, FieldInfo])[]): string {
  const required = fields.filter(([, info]) => info.required);
  const words = required.map(([input, info]) => `${inputName(input, info)} `).join("");
  return `Usage: ${PROGRAM} ${name} ${words}[--input value ...] [options]`;
}

function inputName(name: string, { form, words = [] }: FieldInfo): string {
  if (form === "flag") return `--[no-]${name}`;
  if (form === "choice") return `--${name} ${words.join("|")}`;
  return `--${name} <${form === "list" ? "text" : form}>`;
}

function inputText({ description, required, form, ...info }: FieldInfo): string {
  const notes = [
    required ? "required" : "",
    form === "list" ? "may be repeated" : "",
    info.default ? `default: ${info.default}` : "",
  ].filter((note) => note !== "");
  return notes.length > 0 ? `${description} (${notes.join("; ")})` : description;
}

function exitCodes(): Row[] {
  return EXIT_CODE_MEANINGS.map(([code, meaning]): Row => [String(code), meaning]);
}

function fieldsOf(schema: z.ZodObject) {
  return Object.entries(schema.shape).map(([name, field]) => [name, fieldInfo(field as z.ZodType)] as const);
}

/** Paragraphs and titled tables or texts, with an empty line between them. A table without rows is left out. */
function sections(columns: number, parts: readonly (string | readonly [string, Row[] | string])[]): string {
  const width = Math.min(Math.max(columns, WIDTH.least), WIDTH.most);
  const texts = parts.flatMap((part) => {
    if (typeof part === "string") return [wrapped(part, width).join("\n")];
    const [title, content] = part;
    const text = typeof content === "string" ? content : tableText(content, width);
    return text === "" ? [] : [`${wrapped(title, width).join("\n")}\n${text}`];
  });
  return `${texts.join("\n\n")}\n`;
}

function tableText(rows: readonly Row[], width: number): string {
  const longest = Math.max(0, ...rows.map(([name]) => name.length).filter((each) => each <= LONGEST_NAME));
  const indent = " ".repeat(longest + 4);
  return rows
    .flatMap(([name, text]) => {
      const [first = "", ...more] = wrapped(text, width - indent.length);
      const beside = name.length <= longest;
      const head = beside ? [`  ${name.padEnd(longest)}  ${first}`] : [`  ${name}`, `${indent}${first}`];
      return [...head, ...more.map((line) => `${indent}${line}`)];
    })
    .join("\n");
}

/** The words of a text in lines of at most so many characters; a longer word has a line of its own. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
