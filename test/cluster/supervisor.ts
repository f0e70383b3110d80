/**
 * Holds the processes of a cluster or a server for its owner. One JSON line on stdin per process to start; when stdin
 * ends, because the owner closed it or was killed, every process is ended, last started first, then the commands given
 * for the end run, and the folder is removed.
 * Usage: node test/cluster/supervisor.ts <folder>
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { SupervisedProcess } from "./supervise.ts";

/** A process that ignores SIGTERM this long is killed. */
const PATIENCE_MS = 3_000;
/** A command for the end gets this long. */
const END_COMMAND_MS = 30_000;

const folder = process.argv[2] ?? "";
const owner = process.ppid;
const children: { child: ChildProcess; endSignal: NodeJS.Signals }[] = [];
const atEnd: SupervisedProcess[] = [];
let stopping = false;

function accept(supervised: SupervisedProcess): void {
  if (stopping) return;
  if (supervised.atEnd) atEnd.push(supervised);
  else start(supervised);
}

function launch({ name, command, args, env }: SupervisedProcess): ChildProcess {
  const log = openSync(join(folder, `${name}.log`), "a");
  try {
    return spawn(command, args, {
      stdio: ["ignore", log, log],
      cwd: folder,
      env: { ...process.env, ...env },
    });
  } finally {
    closeSync(log);
  }
}

function start(supervised: SupervisedProcess): void {
  const { name } = supervised;
  const child = launch(supervised);
  children.push({ child, endSignal: supervised.endSignal ?? "SIGTERM" });
  child.once("spawn", () => say({ started: name, pid: child.pid }));
  child.once("error", (error) => say({ ended: name, reason: error.message }));
  child.once("exit", (code, signal) => {
    if (!stopping) say({ ended: name, reason: signal ?? `exit code ${code}` });
  });
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function exitOf(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = exitOf(child);
  child.kill(signal);
  const impatient = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  await exited;
  clearTimeout(impatient);
}

async function stopAll(): Promise<void> {
  if (stopping) return;
  stopping = true;
  for (const { child, endSignal } of children.toReversed()) await end(child, endSignal);
  for (const command of atEnd.toReversed()) {
    const child = launch(command);
    const impatient = setTimeout(() => child.kill("SIGKILL"), END_COMMAND_MS);
    await exitOf(child);
    clearTimeout(impatient);
  }
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}

// The owner may be gone: writing to it must not end the supervisor before its work is done.
process.stdout.on("error", () => undefined);
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => void stopAll());
process.on("SIGHUP", () => void stopAll());
createInterface({ input: process.stdin })
  .on("line", (line) => accept(JSON.parse(line) as SupervisedProcess))
  .on("close", () => void stopAll());
// Somebody may hold the other end of stdin open although the owner is gone.
setInterval(() => {
  if (process.ppid !== owner) void stopAll();
}, 1_000).unref();
