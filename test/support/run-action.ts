/** Runs one built action as GitHub's runner does and reads back everything it wrote. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

export interface ActionRun {
  code: number;
  stdout: string;
  stderr: string;
  outputs: Record<string, string>;
  /** Variables exported to the steps that follow. */
  env: Record<string, string>;
  /** Folders put on PATH, in the order they were added. */
  path: string[];
  summary: string;
  /** What the post step gets. */
  state: Record<string, string>;
  /** What was left below RUNNER_TEMP when the process ended, as relative paths. */
  leftovers: string[];
  milliseconds: number;
}

export interface RunActionOptions {
  /** On top of PATH, HOME and the runner's own variables; nothing else is inherited. */
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  /** State of a main step: runs the post step. */
  state?: Readonly<Record<string, string>>;
  /**
   * A folder that plays the runner's machine: `temp`, `tools` and `home` below it outlive the call, so that a post
   * step or a second run finds them. The caller removes it. Without it everything is removed at once.
   */
  machine?: string;
  /** A stub to run instead of the one in `dist`. */
  stub?: string;
  /** Called with every line of stdout as it comes. */
  onLine?: (line: string) => void;
  /** Called with the process as soon as it runs, to watch or end it. */
  onStart?: (process: { pid: number; kill(signal: NodeJS.Signals): void }) => void;
}

const ROOT = resolve(import.meta.dirname, "../..");
const COMPILED = join(ROOT, "node_modules", ".cache", "clearml-actions");
const FILES = ["OUTPUT", "ENV", "PATH", "STATE", "STEP_SUMMARY"] as const;

/**
 * Spawns `dist/<name>/index.js` with inputs as `INPUT_*` variables. With ACTIONS_FROM=src in the environment of the
 * tests it runs the sources instead, for a short way while writing code.
 */
export async function runAction(
  name: string,
  inputs: Readonly<Record<string, string>>,
  options: RunActionOptions = {},
): Promise<ActionRun> {
  const machine = options.machine ?? (await mkdtemp(join(tmpdir(), "run-action-")));
  try {
    return await runOn(machine, name, inputs, options);
  } finally {
    if (!options.machine) await rm(machine, { recursive: true, force: true });
  }
}

async function runOn(
  machine: string,
  name: string,
  inputs: Readonly<Record<string, string>>,
  options: RunActionOptions,
): Promise<ActionRun> {
  for (const folder of ["temp", "tools", "home"]) await mkdir(join(machine, folder), { recursive: true });
  const commandFiles = await mkdtemp(join(machine, "commands-"));
  const fileVariables: Record<string, string> = {};
  for (const file of FILES) {
    fileVariables[`GITHUB_${file}`] = join(commandFiles, file);
    await writeFile(join(commandFiles, file), "");
  }
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: join(machine, "home"),
    GITHUB_ACTIONS: "true",
    RUNNER_TEMP: join(machine, "temp"),
    RUNNER_TOOL_CACHE: join(machine, "tools"),
    // The same bundle is started hundreds of times.
    NODE_COMPILE_CACHE: COMPILED,
    ...fileVariables,
    ...prefixed("INPUT_", inputs, (key) => key.replaceAll(" ", "_").toUpperCase()),
    ...prefixed("STATE_", options.state ?? {}, (key) => key),
    ...options.env,
  };
  const started = performance.now();
  const ended = await spawned(options.stub ? [options.stub] : entry(name), env, options);
  const milliseconds = performance.now() - started;
  const read = (file: (typeof FILES)[number]) => readFile(join(commandFiles, file), "utf8");
  const run = {
    ...ended,
    milliseconds,
    outputs: parseCommandFile(await read("OUTPUT")),
    env: parseCommandFile(await read("ENV")),
    path: (await read("PATH")).split(/\r?\n/).filter((line) => line !== ""),
    summary: await read("STEP_SUMMARY"),
    state: parseCommandFile(await read("STATE")),
    leftovers: await readdir(join(machine, "temp"), { recursive: true }),
  };
  await rm(commandFiles, { recursive: true, force: true });
  return run;
}

/** The arguments for node: the stub of the bundle, or the source's own export. */
function entry(name: string): string[] {
  if (process.env.ACTIONS_FROM === "src") {
    const symbol = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const index = pathToFileURL(join(ROOT, "src", "index.ts")).href;
    const code = `const { ${symbol} } = await import(${JSON.stringify(index)}); await ${symbol}();`;
    return ["--input-type=module", "--eval", code];
  }
  const stub = join(ROOT, "dist", name, "index.js");
  if (!existsSync(stub)) throw new Error(`${stub} is missing; run \`npm run build\``);
  return [stub];
}

function spawned(
  args: string[],
  env: Record<string, string>,
  options: RunActionOptions,
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolvePromise, reject) => {
    const child = spawn(process.execPath, args, {
      env,
      cwd: options.cwd ?? ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output.stdout += text;
    });
    if (options.onLine) createInterface({ input: child.stdout }).on("line", options.onLine);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output.stderr += text;
    });
    child.once("error", reject);
    child.once("close", (code) => resolvePromise({ code: code ?? -1, ...output }));
    if (child.pid !== undefined) {
      options.onStart?.({ pid: child.pid, kill: (signal) => void child.kill(signal) });
    }
  });
}

function prefixed(
  prefix: string,
  values: Readonly<Record<string, string>>,
  spell: (key: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}${spell(key)}`, value]));
}

/** `name<<delimiter`, lines, `delimiter`: how values of many lines are written to the runner's files. */
export function parseCommandFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const [, name, delimiter] = /^([^=]+?)<<(.+)$/.exec(lines[index] ?? "") ?? [];
    if (name === undefined || delimiter === undefined) continue;
    const end = lines.indexOf(delimiter, index + 1);
    values[name] = lines.slice(index + 1, end).join("\n");
    index = end;
  }
  return values;
}
