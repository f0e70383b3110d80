/** Runs that want the lock of an environment: in this process, and in processes of their own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { Context } from "../../src/core/context.ts";
import { createExec } from "../../src/core/exec.ts";
import { createHttp } from "../../src/core/http.ts";
import { type Github, github } from "../../src/github/api.ts";
import { connectKubernetes, type Kubernetes } from "../../src/kubernetes/api.ts";
import { ensureTools } from "../cluster/tools.ts";

/** What a run on GitHub finds in its environment. */
export function runEnvironment(run: number, api = "", attempt = 1): Record<string, string> {
  return {
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "acme/clusters",
    GITHUB_RUN_ID: String(run),
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_JOB: "deploy",
    GITHUB_API_URL: api,
  };
}

export interface Run {
  context: Pick<Context, "env" | "exec" | "log" | "signal">;
  kubernetes: Kubernetes;
  github: Github | undefined;
  /** What it has said. */
  lines: string[];
  cancel(): void;
  end(): Promise<void>;
}

/** A run with its own connection to the cluster. */
export async function startRun(
  kubeconfig: string,
  variables: Record<string, string> = {},
  token?: string,
): Promise<Run> {
  const { kubectl } = await ensureTools(["kubectl"]);
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-lock-"));
  symlinkSync(kubectl, join(folder, "kubectl"));
  const path = [folder, process.env.PATH].join(delimiter);
  const env = { PATH: path, HOME: folder, KUBECONFIG: kubeconfig, ...variables };
  const lines: string[] = [];
  const log = {
    info: (line: string) => void lines.push(line),
    debug: () => undefined,
    group: <T>(_: string, work: () => T) => work(),
  };
  const cancel = new AbortController();
  const { signal } = cancel;
  const exec = createExec(env, log, signal);
  return {
    context: { env, exec, log, signal },
    kubernetes: await connectKubernetes({ exec, tempDir: async () => folder }),
    github: github({ env, http: createHttp(signal), signal }, token),
    lines,
    cancel: () => cancel.abort(),
    async end() {
      await exec.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a process of lock-holder.ts says. */
export type Said =
  | { event: "held"; predecessor?: { holder: string; since: string; proof: string; certain: boolean } }
  | { event: "lost"; message: string }
  | { event: "refused"; kind: string; message: string }
  | { event: "released" }
  | { event: "ready" };

export interface HolderOptions {
  kubeconfig: string;
  environment: string;
  waitMs?: number;
  variables?: Record<string, string>;
}

export interface HolderProcess {
  pid: number;
  /** The next thing it says. */
  next(): Promise<Said>;
  /** Lets it go on: to take the lock, then to give it back. */
  go(): void;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a process that takes a lock when told, and gives it back when told again. */
export function startHolder(options: HolderOptions): HolderProcess {
  const script = join(import.meta.dirname, "lock-holder.ts");
  const child: ChildProcess = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    async next() {
      const { value, done } = await lines.next();
      if (done) throw new Error("the holder has ended");
      return JSON.parse(value as string) as Said;
    },
    go: () => void child.stdin?.write("go\n"),
    async kill(signal) {
      child.kill(signal);
      await ended;
    },
  };
}
