/** Runs that want the lock of an environment: in this process, and in processes of their own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { Context } from "../../src/core/context.ts";
import { UserError } from "../../src/core/errors.ts";
import { createExec } from "../../src/core/exec.ts";
import { createHttp } from "../../src/core/http.ts";
import { type Github, github } from "../../src/github/api.ts";
import { connectKubernetes, type Kubernetes } from "../../src/kubernetes/api.ts";
import type { KubernetesObject } from "../../src/kubernetes/objects.ts";
import { LEASES, leasePath } from "../../src/lock/lease.ts";
import { acquireLock, type Lock, type LockOptions } from "../../src/lock/lock.ts";
import type { Cluster } from "../cluster/start.ts";
import { ensureTools } from "../cluster/tools.ts";
import { sharedCluster } from "../support/shared-cluster.ts";

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
  /** Ends without giving the lock back, as soon as nothing keeps the process up. */
  abandon?: boolean;
}

export interface HolderProcess {
  pid: number;
  /** The next thing it says. */
  next(): Promise<Said>;
  /** Lets it go on: to take the lock, then to give it back. */
  go(): void;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Resolves when it ends. */
  ended: Promise<void>;
}

/** Starts a process that takes a lock when told, and gives it back when told again. */
export function startHolder(options: HolderOptions): HolderProcess {
  const script = join(import.meta.dirname, "lock-holder.ts");
  // Holders are killed: what they leave in the temporary folder is removed here.
  const temporary = mkdtempSync(join(tmpdir(), "lock-holder-"));
  const child: ChildProcess = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, TMPDIR: temporary },
  });
  const ended = new Promise<void>((resolve) =>
    child.once("exit", () => {
      rmSync(temporary, { recursive: true, force: true });
      resolve();
    }),
  );
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
    ended,
  };
}

export type FoundLease = KubernetesObject & { spec: Record<string, unknown> };

export interface Stage {
  cluster: Omit<Cluster, "stop">;
  /** A run outside of GitHub. */
  run: Run;
  newRun(variables?: Record<string, string>, token?: string, kubeconfig?: string): Promise<Run>;
  holder(options: Partial<HolderOptions> & { environment: string }): Promise<HolderProcess>;
  leaseOf(environment: string): Promise<FoundLease>;
  /** The lease of a run that never was on this machine; resolves to its name. */
  elsewhere(environment: string, about?: Elsewhere): Promise<string>;
  stop(): Promise<void>;
}

export interface Elsewhere {
  /** Number of its run on GitHub; without it a person's. */
  run?: number;
  /** How long the lease lasts. */
  seconds?: number;
  renewed?: Date;
}

/** A cluster with runs that want locks in it. */
export async function startStage(): Promise<Stage> {
  const cluster = await sharedCluster();
  const runs: Run[] = [];
  const newRun: Stage["newRun"] = async (variables, token, kubeconfig = cluster.kubeconfig) => {
    const started = await startRun(kubeconfig, variables, token);
    runs.push(started);
    return started;
  };
  const run = await newRun();
  return {
    cluster,
    run,
    newRun,
    async holder(options) {
      const started = startHolder({ kubeconfig: cluster.kubeconfig, ...options });
      const said = await started.next();
      if (said.event !== "ready") throw new Error(`the holder says ${said.event}`);
      return started;
    },
    async leaseOf(environment) {
      const found = await run.kubernetes.get(leasePath(`clearml-actions-${environment}`));
      if (!found) throw new Error(`no lease of ${environment}`);
      return found as FoundLease;
    },
    async elsewhere(environment, about = {}) {
      const { name, lease } = foreignLease(environment, about);
      await run.kubernetes.create(LEASES, lease);
      return name;
    },
    async stop() {
      await Promise.all(runs.map((each) => each.end()));
    },
  };
}

function foreignLease(
  environment: string,
  { run, seconds = 30, renewed = new Date() }: Elsewhere,
): { name: string; lease: KubernetesObject } {
  const url = run ? `https://github.com/acme/clusters/actions/runs/${run}/attempts/1` : undefined;
  const name = url ?? "dana@laptop";
  const known = {
    ...{ id: `other-${environment}`, name, pid: 77, started: "1" },
    ...(url ? { run: url, job: "deploy" } : {}),
    machine: { host: "other", installation: "1", boot: "2", pidNamespace: "3", runner: "" },
  };
  const time = renewed.toISOString().replace("Z", "000Z");
  const lease = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      name: `clearml-actions-${environment}`,
      namespace: "default",
      annotations: { "clearml-actions/holder": JSON.stringify(known) },
    },
    spec: {
      holderIdentity: `${name}, process 77 on other`,
      leaseDurationSeconds: seconds,
      acquireTime: time,
      renewTime: time,
      leaseTransitions: 3,
    },
  };
  return { name, lease };
}

/** Takes the lock at once or not at all, unless told. */
export function acquire(by: Run, options: Partial<LockOptions> & { environment: string }): Promise<Lock> {
  return acquireLock(by.context, by.kubernetes, { waitMs: 0, github: by.github, ...options });
}

/** The UserError that work ends with. */
export async function failure(work: Promise<unknown>): Promise<UserError> {
  const thrown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (thrown instanceof UserError) return thrown;
  throw new Error(`no UserError but ${String(thrown)}`);
}
