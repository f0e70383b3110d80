import { tmpdir } from "node:os";
import { styleText } from "node:util";
import { formatProblem } from "./errors.ts";
import type { Host, Level } from "./host.ts";
import { withoutControls } from "./printed.ts";
import { shellWord } from "./shell-word.ts";

const COLOURS = { error: "red", warning: "yellow", info: "cyan" } as const;

/** What goes to stdout: the summary, the outputs as one JSON object, or the exports for a shell. */
export type Printed = "summary" | "json" | "export";

/** The host of the command line: progress and findings on stderr, what is asked for on stdout. */
export function terminalHost(inputs: Readonly<Record<string, string>>, printed: Printed): Host {
  dropWorkflowCommands();
  const print = (text: string) => process.stderr.write(`${withoutControls(text)}\n`);
  const exported = (line: string) =>
    printed === "export" ? void process.stdout.write(`${line}\n`) : print(line);
  const paint = (level: Level, text: string) =>
    coloured() ? styleText(COLOURS[level], text, { validateStream: false }) : text;
  return {
    kind: "terminal",
    env: process.env,
    tempRoot: tmpdir(),
    input: (name) => inputs[name] || undefined,
    announceSecret: () => undefined,
    line: print,
    debug: (text) => (process.env.RUNNER_DEBUG === "1" ? print(text) : undefined),
    openGroup: print,
    closeGroup: () => undefined,
    annotate(level, problem, title) {
      const place = problem.at ? `${problem.at.file}:${problem.at.line}:${problem.at.column}: ` : "";
      const { at: _, ...rest } = problem;
      const text = `: ${formatProblem(rest)}${title ? ` [${title}]` : ""}`;
      process.stderr.write(`${withoutControls(place)}${paint(level, level)}${withoutControls(text)}\n`);
    },
    async summary(markdown) {
      if (printed === "summary") process.stdout.write(`${withoutControls(markdown)}\n`);
    },
    outputs(values) {
      if (printed === "json") process.stdout.write(`${JSON.stringify(values, null, 2)}\n`);
    },
    saveState: () => undefined,
    readState: () => "",
    exportVariable: (name, value) => exported(`export ${name}=${shellWord(value)}`),
    addPath: (folder) => exported(`export PATH=${shellWord(folder)}:"$PATH"`),
  };
}

/** Libraries for actions (@actions/tool-cache) say what they do as `::debug::…`, to whoever listens. */
function dropWorkflowCommands(): void {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = ((text: string, ...rest: []) =>
    String(text).startsWith("::") || write(text, ...rest)) as typeof write;
}

/** NO_COLOR is looked at by Node, FORCE_COLOR is for CI servers that show colours without a terminal. */
function coloured(): boolean {
  const { FORCE_COLOR } = process.env;
  if (FORCE_COLOR !== undefined) return !["0", "false"].includes(FORCE_COLOR);
  return process.stderr.isTTY && process.stderr.hasColors();
}
