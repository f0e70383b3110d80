import type { Location } from "../../core/errors.ts";
import type { ShellCommand } from "./commands.ts";
import type { SimpleCommand, Word } from "./shell.ts";

/** One call of a program. */
export interface Call {
  command: ShellCommand;
  stage: SimpleCommand;
  /** Name of the program, without its folder; the script's where an interpreter runs one. */
  program: string;
  args: readonly Word[];
  /** The place of a word, or of the words from one to another. */
  at(first: Word, last?: Word): Location;
}

/** Programs that run the one behind them. */
const WRAPPERS = new Set(["sudo", "env", "exec", "command", "nohup", "time", "timeout", "nice", "xargs"]);
const INTERPRETERS = /^(python[\d.]*|bash|sh)$/;

/** The calls in commands, in their order. */
export function* callsOf(commands: readonly ShellCommand[]): Generator<Call> {
  for (const command of commands) {
    for (const stage of command.stages) {
      const call = callIn(command, stage);
      if (call) yield call;
    }
  }
}

function callIn(command: ShellCommand, stage: SimpleCommand): Call | undefined {
  let first = 0;
  let isWrapped = false;
  for (const { text } of stage.words) {
    const isOwnArgument = isWrapped && /^(-|\d+[smhd]?$)/.test(text);
    if (WRAPPERS.has(text)) isWrapped = true;
    else if (!isOwnArgument && !/^[A-Za-z_]\w*=/.test(text)) break;
    first++;
  }
  const name = baseName(stage.words[first]?.text);
  const script = stage.words[first + 1]?.text;
  if (name === undefined) return undefined;
  const isScript = INTERPRETERS.test(name) && script !== undefined && /\.(py|sh)$/.test(script);
  return {
    command,
    stage,
    program: isScript ? (baseName(script) ?? name) : name,
    args: stage.words.slice(first + (isScript ? 2 : 1)),
    at: (from, to = from) => command.locate(from.start, to.end),
  };
}

function baseName(path: string | undefined): string | undefined {
  return path?.split(/[\\/]/).at(-1);
}

/** An option of a call. */
export interface Option {
  /** `--version` or `-n`. */
  word: Word;
  /** Its value, given as a word of its own or after `=`. */
  value?: Word;
}

/**
 * The arguments of a call, options apart.
 * @param isFlag whether an option takes no value
 */
export function parseArguments(
  args: readonly Word[],
  isFlag: (name: string) => boolean,
): { positionals: Word[]; options: Map<string, Option[]> } {
  const positionals: Word[] = [];
  const options = new Map<string, Option[]>();
  for (let index = 0; index < args.length; index++) {
    const word = args[index] as Word;
    const { text } = word;
    if (!/^-./.test(text)) {
      // A backslash that guides print twice is an argument to the shell, but not what is meant.
      if (text !== "\\") positionals.push(word);
      continue;
    }
    const [, name = text, joined] = /^(--?[\w-]+)=([\s\S]*)$/.exec(text) ?? [];
    const next = args[index + 1];
    const value =
      joined !== undefined
        ? { text: joined, start: word.end - joined.length, end: word.end }
        : isFlag(name) || next === undefined
          ? undefined
          : next;
    if (value === next && next !== undefined) index++;
    options.set(name, [...(options.get(name) ?? []), { word, ...(value ? { value } : {}) }]);
  }
  return { positionals, options };
}

/** Whether a text is only known when the script runs. */
export function isDynamic(text: string): boolean {
  return /[$`]/.test(text);
}
