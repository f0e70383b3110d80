import { parseArgs } from "node:util";
import type { z } from "zod";
import { nearestName } from "../yaml/nearest.ts";
import type { Action } from "./action.ts";
import type { ActionDefinition } from "./definition.ts";
import { EXIT_CODES } from "./errors.ts";
import { fieldInfo } from "./fields.ts";
import { runAction } from "./run.ts";
import { terminalHost } from "./terminal-host.ts";

/**
 * The command line: `clearml-actions <action> [--input value …] [--json]`. The same code with the same inputs as
 * in a workflow. Sets the exit code of the process.
 */
export async function runCommandLine(actions: readonly Action[], argv: readonly string[]): Promise<void> {
  const [name, ...flags] = argv;
  if (name === undefined || name === "--help" || name === "help") {
    process.stdout.write(usage(actions));
    return;
  }
  const definition = actions.find((each) => each.definition.name === name)?.definition;
  if (!definition) {
    const nearest = nearestName(
      name,
      actions.map((each) => each.definition.name),
    );
    refuse(
      `unknown action \`${name}\`; ${nearest ? `did you mean \`${nearest}\`?` : "run `clearml-actions help`"}`,
    );
    return;
  }
  if (flags.includes("--help")) {
    process.stdout.write(actionUsage(definition));
    return;
  }
  const inputs = readFlags(definition, flags);
  if (inputs) await runAction(definition, terminalHost(inputs, flags.includes("--json")));
}

/** The flags as inputs; undefined when one is wrong (the reason is printed). */
function readFlags(
  definition: ActionDefinition,
  flags: readonly string[],
): Record<string, string> | undefined {
  const names = Object.keys(definition.inputs.shape);
  const options = Object.fromEntries(
    names.map((each) => [each, { type: "string" as const, multiple: true }]),
  );
  const { tokens } = parseArgs({
    args: [...flags],
    options: { ...options, json: { type: "boolean" } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const inputs: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind === "positional")
      return refuse(`unexpected argument \`${token.value}\`; inputs are given as --name value`);
    if (token.kind !== "option" || token.name === "json") continue;
    if (!names.includes(token.name)) {
      const nearest = nearestName(token.name, names);
      return refuse(
        `unknown input \`--${token.name}\`; ${nearest ? `did you mean \`--${nearest}\`?` : `known: ${names.join(", ")}`}`,
      );
    }
    if (token.value === undefined) return refuse(`input \`--${token.name}\` has no value`);
    const earlier = inputs[token.name];
    // A repeated flag makes a list, as newlines do in a workflow.
    inputs[token.name] = earlier === undefined ? token.value : `${earlier}\n${token.value}`;
  }
  return inputs;
}

function refuse(reason: string): undefined {
  process.stderr.write(`${reason}\n`);
  process.exitCode = EXIT_CODES.input;
}

function usage(actions: readonly Action[]): string {
  const rows = actions.map(({ definition }) => `  ${definition.name.padEnd(22)} ${definition.description}`);
  return `Usage: clearml-actions <action> [--input value …] [--json]\n\nActions:\n${rows.join("\n")}\n\nclearml-actions <action> --help lists the inputs.\n`;
}

function actionUsage(definition: ActionDefinition): string {
  const rows = Object.entries(definition.inputs.shape).map(([name, schema]) => {
    const info = fieldInfo(schema as z.ZodType);
    const extra = info.required ? " (required)" : info.default ? ` (default: ${info.default})` : "";
    return `  --${name.padEnd(20)} ${info.description}${extra}`;
  });
  return `${definition.description}\n\nInputs:\n${rows.join("\n")}\n`;
}
