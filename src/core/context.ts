import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ActionsCache, createActionsCache } from "./actions-cache.ts";
import { createDownload, type Download } from "./download.ts";
import type { Problem } from "./errors.ts";
import { createExec, type Exec } from "./exec.ts";
import type { Host, Level } from "./host.ts";
import { createHttp, type Http } from "./http.ts";
import { createLog, type Log } from "./log.ts";
import { createSecrets, type Secrets } from "./secrets.ts";
import { createToolCache, type ToolCache } from "./tool-cache.ts";

/** What an action may use beside its inputs. Effects of an action go through here. */
export interface Context {
  readonly log: Log;
  readonly exec: Exec;
  readonly http: Http;
  readonly download: Download;
  readonly toolCache: ToolCache;
  /** Absent where the runner offers none. */
  readonly actionsCache: ActionsCache | undefined;
  readonly secrets: Secrets;
  /** The environment of the step; the values of `secrets:` come from here. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the run is cancelled; waits must end soon after. */
  readonly signal: AbortSignal;
  /** Shows a problem at its place in a file: an annotation on GitHub, a coloured line in a terminal. */
  annotate(level: Level, problem: Problem, title?: string): void;
  /** Adds Markdown to the action's section of the job summary. */
  summary(markdown: string): void;
  /** A private folder (0700), removed when the action ends. */
  tempDir(): Promise<string>;
  /** A private folder that stays until the action's post step; a main step that fails leaves none. */
  keptDir(name: string): Promise<string>;
  /** A private folder for a file that an output names: it stays for the steps that follow, until the job ends. */
  outputDir(): Promise<string>;
  /** Sets a variable for the steps that follow. */
  exportVariable(name: string, value: string): void;
  /** Puts a folder first on PATH for this and the steps that follow. */
  addPath(folder: string): void;
}

/** A context and what `run.ts` alone needs of it. */
export interface ContextHandle {
  context: Context;
  secrets: Secrets;
  /** The section of the job summary, redacted. */
  section(): string;
  /** Ends started tools, removes the temporary folder. */
  close(): Promise<void>;
  /** Removes what `keptDir` made, for a main step that failed. */
  removeKept(): Promise<void>;
}

const KEPT_DIRS = "kept-dirs";

export function createContext(host: Host, signal: AbortSignal): ContextHandle {
  const secrets = createSecrets((value) => host.announceSecret(value));
  const log = createLog(host, secrets);
  const exec = createExec(host.env, log, signal);
  const http = createHttp(signal);
  const section: string[] = [];
  const kept: string[] = [];
  let temporary: Promise<string> | undefined;
  const context: Context = {
    log,
    exec,
    secrets,
    http,
    download: createDownload(signal),
    toolCache: createToolCache(host.env),
    actionsCache: createActionsCache({ env: host.env, http, secrets, signal }),
    env: host.env,
    signal,
    annotate: (level, problem, title) => host.annotate(level, redacted(problem, secrets), title),
    summary: (markdown) => void section.push(markdown),
    tempDir: () => {
      temporary ??= mkdtemp(join(host.tempRoot, "clearml-actions-"));
      return temporary;
    },
    async keptDir(name) {
      const folder = await mkdtemp(join(host.tempRoot, `clearml-actions-${name}-`));
      kept.push(folder);
      // Written at once, not at the end: the post step must find it even when this step is killed.
      host.saveState(KEPT_DIRS, JSON.stringify(kept));
      return folder;
    },
    outputDir: () => mkdtemp(join(host.tempRoot, "clearml-actions-output-")),
    exportVariable: (name, value) => host.exportVariable(name, value),
    addPath: (folder) => host.addPath(folder),
  };
  return {
    context,
    secrets,
    section: () => secrets.redact(section.join("\n\n")),
    async close() {
      await exec.stop();
      if (temporary) await remove([await temporary]);
    },
    removeKept: () => remove(kept),
  };
}

/** Removes the kept folders of the main step; called by the post step. */
export async function removeKeptDirs(host: Host): Promise<void> {
  await remove(JSON.parse(host.readState(KEPT_DIRS) || "[]") as string[]);
}

async function remove(folders: readonly string[]): Promise<void> {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
}

/** The problem without secret values: user text may repeat one. */
export function redacted(problem: Problem, secrets: Secrets): Problem {
  return {
    ...problem,
    message: secrets.redact(problem.message),
    ...(problem.hint ? { hint: secrets.redact(problem.hint) } : {}),
  };
}
