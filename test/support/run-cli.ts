/** Runs the command line as a person does: no variables of a runner, only PATH and HOME. */
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = resolve(import.meta.dirname, "../..");

export interface CliRun {
  code: number | null;
  /** What has ended it, if a signal did. */
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  cwd: string;
  /** All of the environment. */
  env: Readonly<Record<string, string>>;
  /** Called with everything that comes on stderr so far, and what ends the process. */
  onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** What to start: `dist/cli/index.js`, or with ACTIONS_FROM=src in the environment of the tests the sources. */
export function cliCommand(): { file: string; args: string[] } {
  // Another Node than that of the tests: `CLI_NODE=/opt/node-22/bin/node`.
  const file = process.env.CLI_NODE || process.execPath;
  if (process.env.ACTIONS_FROM !== "src") return { file, args: [join(ROOT, "dist/cli/index.js")] };
  const index = JSON.stringify(pathToFileURL(join(ROOT, "src/index.ts")).href);
  const code = `process.argv.splice(1, 0, "cli"); (await import(${index})).cli();`;
  return { file, args: ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", code, "--"] };
}

export function runCli(args: readonly string[], options: CliOptions): Promise<CliRun> {
  const command = cliCommand();
  return new Promise((done, reject) => {
    const child = spawn(command.file, [...command.args, ...args], {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said.stderr += text;
      options.onStderr?.(said.stderr, (signal) => child.kill(signal));
    });
    child.once("error", reject);
    child.once("close", (code, signal) => done({ ...said, code, signal }));
  });
}
