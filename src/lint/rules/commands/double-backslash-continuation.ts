import type { ShellCommand } from "../../commands/commands.ts";
import type { Hit, Rule } from "../../model.ts";

/** A doubled backslash at the end of a line, or alone between two words as guides print several lines in one. */
const DOUBLED = /(?<=\s)\\\\(?=[ \t]*(?:\r?\n|$)|[ \t]+-)/;

export const doubleBackslashContinuation: Rule = {
  id: "L07",
  slug: "double-backslash-continuation",
  severity: "error",
  about:
    "A line ends in two backslashes: to the shell an argument and the end of the command, no continuation.",
  why: "Some pages print the backslash that continues a line twice. The shell takes the pair as one literal backslash, ends the command there, and runs the next line as a command of its own: the chart is installed without its values, or not at all. Write one backslash, as the last character of the line.",
  *checkCommands(commands) {
    for (const command of commands) {
      const hit = doubled(command);
      if (hit) yield hit;
    }
  },
};

function doubled(command: ShellCommand): Hit | undefined {
  const { text } = command;
  const found = DOUBLED.exec(text);
  // A backslash in quotes is text; outside it is part of no longer word.
  if (!found || isInWord(command, found.index)) return undefined;
  const isInLine = /^\\\\[ \t]+-/.test(text.slice(found.index));
  return {
    message: isInLine
      ? "`\\\\` between two options is an argument of its own: the line was meant to be several"
      : "`\\\\` at the end of a line does not continue it: the command ends here",
    hint: isInLine ? "remove it" : "write a single backslash, here and at the lines that follow",
    at: command.locate(found.index, found.index + 2),
  };
}

/** Whether an offset lies in a word that is more than the backslash. */
function isInWord({ stages }: ShellCommand, offset: number): boolean {
  return stages.some(({ words }) =>
    words.some(({ text, start, end }) => start <= offset && offset < end && text !== "\\"),
  );
}
