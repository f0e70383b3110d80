import type { Location } from "../core/errors.ts";

/** One command of a shell script: a `run:` block of a workflow, or a `.sh` file. */
export interface ShellCommand {
  file: string;
  /** The command with its continued lines, as written. */
  text: string;
  /** The place of a range of `text`. */
  locate(start: number, end: number): Location;
}

/** The commands of a workflow (`run:` blocks) or a shell script. */
export function commandsOf(_file: string, _text: string): ShellCommand[] {
  return [];
}
