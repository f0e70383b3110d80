import { parseArgs } from "node:util";
import type { z } from "zod";
import { nearestHint, nearestName } from "../yaml/nearest.ts";
import type { ActionDefinition } from "./definition.ts";
import type { Problem } from "./errors.ts";
import { type FieldInfo, fieldInfo } from "./fields.ts";
import type { Printed } from "./terminal-host.ts";

/** What a command line asks for. With `problems` it is not to be done. */
export interface CommandArguments {
  inputs: Record<string, string>;
  printed: Printed;
  help: boolean;
  problems: Problem[];
}

interface OptionToken {
  kind: "option";
  name: string;
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
}
type Token = OptionToken | { kind: "positional"; value: string } | { kind: "option-terminator" };
type Fields = ReadonlyMap<string, FieldInfo>;

/** Options that are no inputs. */
export const OPTIONS = {
  json: "Print the outputs as one JSON object on stdout, and nothing else there",
  export:
    "Print the variables and PATH for what follows as lines for a shell on stdout, and nothing else there",
  help: "Print this",
} as const;

function isOption(name: string): name is keyof typeof OPTIONS {
  return Object.hasOwn(OPTIONS, name);
}

/** The environment variable of a secret input. Tools that are started do not get it. */
export function secretVariable(input: string): string {
  return `INPUT_${input.toUpperCase().replaceAll("-", "_")}`;
}

/**
 * Reads `--name value`, `--name=value` and bare flags by the schema of the action; secrets come from variables alone.
 * All that is wrong is told at once, and no value of it.
 */
export function parseArguments(
  definition: ActionDefinition,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CommandArguments {
  const fields: Fields = new Map(
    Object.entries(definition.inputs.shape).map(([name, field]) => [name, fieldInfo(field as z.ZodType)]),
  );
  const result: CommandArguments = { inputs: {}, printed: "summary", help: false, problems: [] };
  for (const [name, { secret }] of fields) {
    const value = secret ? env[secretVariable(name)] : undefined;
    if (value) result.inputs[name] = value;
  }
  const tokens = tokensOf(fields, args);
  for (const [index, token] of tokens.entries()) {
    if (token.kind === "positional") {
      if (!belongsTo(fields, tokens[index - 1], token.value)) result.problems.push(unexpected(token.value));
    } else if (token.kind === "option") readOption(fields, token, tokens[index + 1], result);
  }
  return result;
}

function tokensOf(fields: Fields, args: readonly string[]): Token[] {
  const inputs = [...fields].map(([name, { form, secret }]) => {
    const type = form === "flag" && !secret ? ("boolean" as const) : ("string" as const);
    return [name, { type }] as const;
  });
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(inputs),
      json: { type: "boolean" },
      export: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens as Token[];
}

/** Whether an argument without dashes goes with the option before it: `--fix true`, or the value of an unknown one. */
function belongsTo(fields: Fields, before: Token | undefined, value: string): boolean {
  if (before?.kind !== "option" || before.value !== undefined) return false;
  const info = fields.get(before.name);
  if (info) return info.form === "flag" && /^(true|false)$/.test(value);
  return !isOption(before.name);
}

function readOption(
  fields: Fields,
  token: OptionToken,
  next: Token | undefined,
  result: CommandArguments,
): void {
  const { name } = token;
  const info = fields.get(name);
  if (info) {
    const value = info.secret ? refusedSecret(name) : givenValue(token, next, info);
    if (typeof value === "string") addInput(name, value, info, result);
    else result.problems.push(value);
    return;
  }
  const negated = name.startsWith("no-") ? name.slice(3) : undefined;
  const flag = negated === undefined ? undefined : fields.get(negated);
  if (negated !== undefined && flag?.form === "flag" && token.value === undefined)
    addInput(negated, "false", flag, result);
  else if (!isOption(name)) result.problems.push(unknown(token, fields));
  else if (token.value !== undefined) result.problems.push({ message: `\`--${name}\` takes no value` });
  else if (name === "help") result.help = true;
  else result.printed = name;
}

function givenValue(token: OptionToken, next: Token | undefined, info: FieldInfo): string | Problem {
  if (info.form === "flag") {
    if (token.value !== undefined) return token.value;
    return next?.kind === "positional" && /^(true|false)$/.test(next.value) ? next.value : "true";
  }
  // The parser takes whatever follows.
  const forgotten = token.value === undefined || (!token.inlineValue && token.value.startsWith("--"));
  if (!forgotten) return token.value ?? "";
  return {
    message: `input \`--${token.name}\` has no value`,
    hint: `write \`--${token.name}=VALUE\` for a value that begins with dashes`,
  };
}

/** A repeated flag makes a list, as newlines do in a workflow. */
function addInput(name: string, value: string, info: FieldInfo, result: CommandArguments): void {
  const earlier = result.inputs[name];
  if (earlier === undefined) result.inputs[name] = value;
  else if (info.form === "list") result.inputs[name] = `${earlier}\n${value}`;
  else result.problems.push({ message: `input \`--${name}\` is given twice`, hint: "it takes one value" });
}

function refusedSecret(name: string): Problem {
  return {
    message: `input \`--${name}\` is a secret, and every process of the machine can read arguments`,
    hint: `put it into the environment variable ${secretVariable(name)}`,
  };
}

function unexpected(value: string): Problem {
  return { message: `unexpected argument \`${value}\``, hint: "inputs are given as --name value" };
}

function unknown({ name, rawName }: OptionToken, fields: Fields): Problem {
  const known = [...fields.keys(), ...Object.keys(OPTIONS)];
  const nearest = nearestName(name, known);
  const hint = nearest ? `did you mean \`--${nearest}\`?` : nearestHint(name, known);
  return { message: `unknown input \`${rawName}\``, hint };
}
