import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { getExecOutput } from "@actions/exec";
import { errorMessage, TimeoutError, ToolError, ToolMissingError } from "./errors.ts";
import { createGuard, type Guard } from "./guard.ts";
import type { Log } from "./log.ts";

export interface RunOptions {
  cwd?: string;
  /** Variables on top of the step's own environment. The place for secrets, with stdin; never the arguments. */
  env?: Readonly<Record<string, string>>;
  /** Text for the tool's standard input. */
  stdin?: string;
  /** Exit codes that are no error. Default: 0 alone. */
  ok?: readonly number[] | "any";
  /** Keep the tool's output out of the log; it may hold secrets nobody has masked. It is still returned. */
  quiet?: boolean;
  /** What the user can do when the tool fails. */
  hint?: string;
  /**
   * When the run is cancelled the tool gets SIGINT at once, to leave things in order, and SIGKILL when it has not
   * ended soon after. Without this it runs to its end.
   */
  interruptible?: boolean;
  /** It reads, or writes to a folder of ours, and ends by itself within moments: no harm if it outlives us. */
  harmless?: boolean;
  /** How long it may take, in milliseconds; then it is killed, and the call fails with a TimeoutError. Not with `harmless`. */
  timeoutMs?: number;
}

export interface ToolResult {
  stdout: string;
  stderr: string;
  code: number;
}

/**
 * The one way a tool is executed: arguments as a list, never through a shell. What is not `harmless` ends with this
 * process, also when that is killed.
 */
export interface Exec {
  /**
   * Runs a tool to its end.
   * @throws ToolError when it ends with a code not in `ok`; TimeoutError when it takes longer than `timeoutMs`;
   *   ToolMissingError when the tool is not there.
   */
  run(tool: string, args: readonly string[], options?: RunOptions): Promise<ToolResult>;
  /** Starts a tool that stays up for the run (a proxy); it is ended with the action. */
  start(tool: string, args: readonly string[], options?: Pick<RunOptions, "env">): ChildProcess;
  /** Ends everything that `start` started. */
  stop(): Promise<void>;
}

/** Stderr kept for messages; a tool that floods it must not flood ours. */
const STDERR_LIMIT = 20_000;

/** How a shell says that there is no such tool, or none that can be executed. */
const NOT_FOUND = /^12[67] sh: .*\bexec: /s;

/** What a tool has left after SIGINT; the runner kills all of us 10 s after the cancellation. */
const SIGINT_GRACE_MS = 4_000;

/**
 * @param signal aborted when the run is cancelled
 */
export function createExec(
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  signal: AbortSignal = new AbortController().signal,
): Exec {
  const guard = createGuard();
  const started = new Set<ChildProcess>();
  let stopped = false;
  return {
    async run(tool, args, options = {}) {
      log.debug(`$ ${tool} ${args.join(" ")}`);
      const name = tool.split(/[\\/]/).at(-1) ?? tool;
      if (options.interruptible && signal.aborted)
        throw new ToolError(name, 130, "cancelled before it started");
      const settings = { ...options, env: { ...toolEnvironment(env), ...options.env } };
      const cancel = options.interruptible ? signal : undefined;
      const result = await (options.harmless && options.stdin === undefined
        ? runHarmless(tool, args, settings)
        : runGuarded(tool, args, settings, guard, cancel)
      ).catch((thrown: unknown) => {
        throw toolNotFound(tool, thrown);
      });
      if (result.timedOut) throw new TimeoutError(name, options.timeoutMs ?? 0, options.hint);
      const stderr = result.stderr.slice(-STDERR_LIMIT);
      if (!options.quiet) printOutput(log, result.stdout, stderr);
      const { ok = [0] } = options;
      if (ok !== "any" && !ok.includes(result.exitCode)) {
        throw new ToolError(name, result.exitCode, stderr, options.hint);
      }
      return { stdout: result.stdout, stderr, code: result.exitCode };
    },
    start(tool, args, options = {}) {
      // Started now, it would outlive the action.
      if (stopped) throw new Error(`${tool} was started after the end of the action`);
      log.debug(`$ ${tool} ${args.join(" ")} &`);
      const settings = { env: { ...toolEnvironment(env), ...options.env }, stdin: "ignore" as const };
      const child = guard.spawn(tool, args, settings);
      started.add(child);
      child.once("exit", () => started.delete(child));
      child.once("error", () => started.delete(child));
      return child;
    },
    async stop() {
      stopped = true;
      await Promise.all([...started].map(end));
      await guard.stop();
    },
  };
}

interface Settings {
  cwd?: string;
  env: Record<string, string>;
  stdin?: string;
  timeoutMs?: number;
}

interface Ended {
  stdout: string;
  stderr: string;
  exitCode: number;
  timedOut?: boolean;
}

function runHarmless(tool: string, args: readonly string[], { cwd, env }: Settings): Promise<Ended> {
  const options = { silent: true, ignoreReturnCode: true, env, ...(cwd ? { cwd } : {}) };
  return getExecOutput(`"${tool}"`, [...args], options);
}

/**
 * Runs a tool that must not outlive us, that reads an input or can be interrupted. Not by @actions/exec: it does not
 * tell the process, and a tool that ends before it has read its input ends the whole program there (EPIPE without a
 * listener).
 */
function runGuarded(
  tool: string,
  args: readonly string[],
  { cwd, env, stdin = "", timeoutMs }: Settings,
  guard: Guard,
  cancel: AbortSignal | undefined,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = guard.spawn(tool, args, { env, stdin: "pipe", ...(cwd ? { cwd } : {}) });
    const release = interruptOn(cancel, child);
    let timedOut = false;
    const late =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            killAtOnce(child);
          }, timeoutMs);
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
      });
    }
    child.once("error", (error) => {
      release();
      clearTimeout(late);
      reject(error);
    });
    child.once("close", (code, signal) => {
      release();
      clearTimeout(late);
      // As a shell counts them; nobody lists such a code as fine.
      const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
      if (NOT_FOUND.test(`${exitCode} ${output.stderr}`)) reject(new Error(output.stderr));
      else resolve({ ...output, exitCode, timedOut });
    });
    // What a tool does not read is its own affair.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(stdin);
  });
}

function killAtOnce(child: ChildProcess): void {
  child.kill("SIGKILL");
  // Something it started may hold them open.
  child.stdout?.destroy();
  child.stderr?.destroy();
}

/** Passes a cancellation on to a tool. Returns what ends that. */
function interruptOn(cancel: AbortSignal | undefined, child: ChildProcess): () => void {
  let impatient: NodeJS.Timeout | undefined;
  const interrupt = () => {
    child.kill("SIGINT");
    impatient = setTimeout(() => killAtOnce(child), SIGINT_GRACE_MS);
  };
  cancel?.addEventListener("abort", interrupt);
  return () => {
    clearTimeout(impatient);
    cancel?.removeEventListener("abort", interrupt);
  };
}

/** The step's environment without the inputs: a tool has no business with tokens meant for the action. */
function toolEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (pair): pair is [string, string] => pair[1] !== undefined && !pair[0].startsWith("INPUT_"),
    ),
  );
}

function printOutput(log: Log, stdout: string, stderr: string): void {
  for (const text of [stdout, stderr]) if (text.trim() !== "") log.info(text.trimEnd());
}

function toolNotFound(tool: string, thrown: unknown): unknown {
  if (!/unable to locate executable|ENOENT|^sh: /i.test(errorMessage(thrown))) return thrown;
  return new ToolMissingError(tool);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const impatient = setTimeout(() => child.kill("SIGKILL"), 3_000);
  await exited;
  clearTimeout(impatient);
}
