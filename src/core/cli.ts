import { nearestHint } from "../yaml/nearest.ts";
import type { Action } from "./action.ts";
import { parseArguments } from "./cli-arguments.ts";
import { actionHelp, generalHelp } from "./cli-help.ts";
import type { ActionDefinition } from "./definition.ts";
import { EXIT_CODES, type Problem } from "./errors.ts";
import { emptyOutputs, runAction } from "./run.ts";
import { terminalHost } from "./terminal-host.ts";
import { packageVersion } from "./version.ts";

const HELP = ["help", "--help", "-h"];

/**
 * The command line: `clearml-actions <action> [--input value …] [--json | --export]`. The same code with the same
 * inputs as in a workflow. Sets the exit code of the process.
 */
export async function runCommandLine(actions: readonly Action[], argv: readonly string[]): Promise<void> {
  survivePipes();
  const [name = "help", ...args] = argv;
  const { columns } = process.stdout;
  if (name === "--version") {
    process.stdout.write(`${packageVersion()}\n`);
    return;
  }
  const [about] = HELP.includes(name) ? args : [name];
  if (about === undefined) {
    process.stdout.write(generalHelp(actions, columns));
    return;
  }
  const definition = actions.find((each) => each.definition.name === about)?.definition;
  if (!definition) refuse([unknownAction(about, actions)]);
  else if (about !== name) process.stdout.write(actionHelp(definition, columns));
  else await runWithArguments(definition, args, columns);
}

async function runWithArguments(
  definition: ActionDefinition,
  args: readonly string[],
  columns: number | undefined,
): Promise<void> {
  const { inputs, printed, help, problems } = parseArguments(definition, args, process.env);
  if (help) {
    process.stdout.write(actionHelp(definition, columns));
    return;
  }
  const host = terminalHost(inputs, printed);
  if (problems.length === 0) return runAction(definition, host);
  refuse(problems);
  // Whoever reads JSON gets JSON, whatever went wrong.
  host.outputs(emptyOutputs(definition));
}

function unknownAction(name: string, actions: readonly Action[]): Problem {
  const known = actions.map((each) => each.definition.name);
  return {
    message: `unknown action \`${name}\``,
    hint: nearestHint(name, known, "run `clearml-actions help`"),
  };
}

/** Shows what is wrong as an action shows it. */
function refuse(problems: readonly Problem[]): void {
  const host = terminalHost({}, "summary");
  for (const problem of problems) host.annotate("error", problem);
  process.exitCode = EXIT_CODES.input;
}

/** A reader that has seen enough (`| head`) must not end work that is under way. */
function survivePipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
