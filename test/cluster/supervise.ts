import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface SupervisedProcess {
  name: string;
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** A private folder with processes that end with this one, however it ends. */
export interface Supervision {
  /** Mode 0700; holds `<name>.log` of every process. Removed at the end. */
  readonly folder: string;
  /** Starts a process; its id. Rejects when it cannot be started. */
  start(process: SupervisedProcess): Promise<number>;
  /** Polls until `ready` says true. Rejects when a process ended meanwhile, with the last lines of its log. */
  until(what: string, ready: () => Promise<boolean>, timeoutMs?: number): Promise<void>;
  stop(): Promise<void>;
}

export function supervise(name: string): Supervision {
  const folder = mkdtempSync(join(tmpdir(), `clearml-actions-${name}-`));
  // A group of its own: Ctrl-C in the owner's terminal must not reach the processes before they are told.
  const supervisor = spawn(process.execPath, [join(import.meta.dirname, "supervisor.ts"), folder], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const exited = new Promise<void>((resolve) => supervisor.once("exit", () => resolve()));
  const waiting = new Map<string, { resolve(pid: number): void; reject(error: Error): void }>();
  let failure: Error | undefined;
  createInterface({ input: supervisor.stdout }).on("line", (line) => {
    const message = JSON.parse(line) as { started?: string; pid?: number; ended?: string; reason?: string };
    if (message.started) waiting.get(message.started)?.resolve(message.pid ?? 0);
    if (!message.ended) return;
    failure = new Error(`${message.ended} ended (${message.reason}):\n${lastLines(folder, message.ended)}`);
    waiting.get(message.ended)?.reject(failure);
  });
  return {
    folder,
    start(supervised) {
      return new Promise((resolve, reject) => {
        waiting.set(supervised.name, { resolve, reject });
        supervisor.stdin.write(`${JSON.stringify(supervised)}\n`);
      });
    },
    async until(what, ready, timeoutMs = 60_000) {
      const deadline = Date.now() + timeoutMs;
      while (!(await ready().catch(() => false))) {
        if (failure) throw failure;
        if (Date.now() > deadline) throw new Error(`${what} did not happen within ${timeoutMs / 1000} s`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async stop() {
      supervisor.stdin.end();
      await exited;
    },
  };
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
