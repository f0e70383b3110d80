import { tmpdir } from "node:os";
import { styleText } from "node:util";
import { formatProblem } from "./errors.ts";
import type { Host, Level } from "./host.ts";

const COLOURS = { error: "red", warning: "yellow", info: "cyan" } as const;

/**
 * The host of the command line: progress and findings on stderr, the summary on stdout, outputs as one JSON
 * object on stdout with `json`. `inputs` are the flags as given.
 */
export function terminalHost(inputs: Readonly<Record<string, string>>, json: boolean): Host {
  const print = (text: string) => process.stderr.write(`${text}\n`);
  const paint = (level: Level, text: string) =>
    styleText(COLOURS[level], text, { stream: process.stderr, validateStream: true });
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
      print(`${place}${paint(level, level)}: ${formatProblem(rest)}${title ? ` [${title}]` : ""}`);
    },
    async summary(markdown) {
      if (!json) process.stdout.write(`${markdown}\n`);
    },
    outputs(values) {
      if (json) process.stdout.write(`${JSON.stringify(values, null, 2)}\n`);
    },
    saveState: () => undefined,
    readState: () => "",
    exportVariable: (name, value) => print(`export ${name}=${value}`),
    addPath: (folder) => print(`export PATH=${folder}:$PATH`),
  };
}
