import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

export interface SupervisedProcess {
  name: string;
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** What ends it; SIGTERM unless told, and SIGKILL when that did not help. */
  endSignal?: "SIGTERM" | "SIGKILL";
  /** Runs only at the end, after every process has ended: removes what is neither a process nor in the folder. */
  atEnd?: boolean;
}

/** A private folder with processes that end with this one, however it ends. */
export interface Supervision {
  /** Mode 0700; holds `<name>.log` of every process. Removed at the end. */
  readonly folder: string;
  /** Id of the supervisor, which lives until the folder is removed. */
  readonly pid: number;
  /** Starts a process; its id. Rejects when it cannot be started. */
  start(process: SupervisedProcess): Promise<number>;
  /** A command for the end, also when this process is killed. */
  atEnd(command: Omit<SupervisedProcess, "atEnd">): void;
  /** Polls until `ready` says true. Rejects when a process ended meanwhile, with the last lines of its log. */
  until(what: string, ready: () => Promise<boolean>, timeoutMs?: number): Promise<void>;
  stop(): Promise<void>;
}

type Waiting = Map<string, { resolve(pid: number): void; reject(error: Error): void }>;

/** What the supervisor has told so far. */
interface Told {
  waiting: Waiting;
  pids: Map<string, number>;
  failure?: Error;
}

const POLL_MS = 50;

export function supervise(name: string): Supervision {
  const folder = mkdtempSync(join(tmpdir(), `clearml-actions-${name}-`));
  // A group of its own: Ctrl-C in the owner's terminal must not reach the processes before they are told.
  const supervisor = spawn(process.execPath, [join(import.meta.dirname, "supervisor.ts"), folder], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const told: Told = { waiting: new Map(), pids: new Map() };
  let stopping = false;
  const exited = new Promise<void>((resolve) =>
    supervisor.once("exit", () => {
      if (!stopping) endOrphans(told, folder);
      resolve();
    }),
  );
  listen(supervisor, folder, told);
  const send = (message: SupervisedProcess) => supervisor.stdin.write(`${JSON.stringify(message)}\n`);
  return {
    folder,
    pid: supervisor.pid ?? 0,
    start(supervised) {
      if (told.failure) return Promise.reject(told.failure);
      return new Promise((resolve, reject) => {
        told.waiting.set(supervised.name, { resolve, reject });
        send(supervised);
      });
    },
    atEnd: (command) => void send({ ...command, atEnd: true }),
    until: (what, ready, timeoutMs = 60_000) => poll(told, what, ready, timeoutMs),
    async stop() {
      stopping = true;
      supervisor.stdin.end();
      await exited;
    },
  };
}

function listen(supervisor: ChildProcessByStdio<Writable, Readable, null>, folder: string, told: Told): void {
  // Its exit says the same.
  supervisor.stdin.on("error", () => undefined);
  createInterface({ input: supervisor.stdout }).on("line", (line) => {
    const message = JSON.parse(line) as { started?: string; pid?: number; ended?: string; reason?: string };
    if (message.started && message.pid) {
      told.pids.set(message.started, message.pid);
      told.waiting.get(message.started)?.resolve(message.pid);
    }
    if (!message.ended) return;
    told.pids.delete(message.ended);
    const log = lastLines(folder, message.ended);
    told.failure = new Error(`${message.ended} ended (${message.reason}):\n${log}`);
    told.waiting.get(message.ended)?.reject(told.failure);
  });
}

/** Somebody killed the supervisor: what it held is ended from here. */
function endOrphans(told: Told, folder: string): void {
  told.failure = new Error("the supervisor of the test processes was killed");
  for (const pid of told.pids.values()) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone already.
    }
  }
  for (const { reject } of told.waiting.values()) reject(told.failure);
  rmSync(folder, { recursive: true, force: true });
}

async function poll(
  told: Told,
  what: string,
  ready: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let reason = "";
  const ask = () =>
    ready().catch((thrown: Error) => {
      reason = `: ${thrown.message}`;
      return false;
    });
  while (!(await ask())) {
    if (told.failure) throw told.failure;
    if (Date.now() > deadline)
      throw new Error(`${what} did not happen within ${timeoutMs / 1000} s${reason}`);
    await sleep(POLL_MS);
  }
}

function lastLines(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, `${name}.log`), "utf8")
      .split("\n")
      .slice(-15)
      .join("\n");
  } catch {
    return "";
  }
}

/** Ports that are free now, each another one. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer();
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
