/**
 * Holds the processes of a cluster or a server for its owner. One JSON line on stdin per process to start; when stdin
 * ends, because the owner closed it or was killed, every process is ended, last started first, and the folder is removed.
 * Usage: node test/cluster/supervisor.ts <folder>
 */
import { type ChildProcess, spawn } from "node:child_process";
import { openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { SupervisedProcess } from "./supervise.ts";

/** A process that ignores SIGTERM this long is killed. */
const PATIENCE_MS = 4_000;

const folder = process.argv[2] ?? "";
const children: { name: string; child: ChildProcess }[] = [];
let stopping = false;

function start({ name, command, args, env }: SupervisedProcess): void {
  const log = openSync(join(folder, `${name}.log`), "a");
  const child = spawn(command, args, {
    stdio: ["ignore", log, log],
    cwd: folder,
    env: { ...process.env, ...env },
  });
  children.push({ name, child });
  child.once("spawn", () => say({ started: name, pid: child.pid }));
  child.once("error", (error) => say({ ended: name, reason: error.message }));
  child.once("exit", (code, signal) => {
    if (!stopping) say({ ended: name, reason: signal ?? `exit code ${code}` });
  });
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const impatient = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  await exited;
  clearTimeout(impatient);
}

async function stopAll(): Promise<void> {
  if (stopping) return;
  stopping = true;
  for (const { child } of children.toReversed()) await end(child);
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}

// The owner may be gone: writing to it must not end the supervisor before its work is done.
process.stdout.on("error", () => undefined);
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => void stopAll());
createInterface({ input: process.stdin })
  .on("line", (line) => start(JSON.parse(line) as SupervisedProcess))
  .on("close", () => void stopAll());
