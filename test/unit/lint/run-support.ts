import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Problem, UserError } from "../../../src/core/errors.ts";
import { createExec } from "../../../src/core/exec.ts";
import type { Level } from "../../../src/core/host.ts";
import { createHttp } from "../../../src/core/http.ts";
import { createSecrets } from "../../../src/core/secrets.ts";
import type { FindingsReport } from "../../../src/lint/model.ts";
import { type LintInputs, lint } from "../../../src/lint/run.ts";
import { type Files, inFolder } from "../environment/support.ts";

export interface Run {
  outputs?: { errors: number; warnings: number; fixed: number; findings: string; "sarif-file"?: string };
  report?: FindingsReport;
  annotations: [Level, Problem, string | undefined][];
  summary: string;
  log: string[];
  thrown?: UserError;
}

/** A value the runner knows to be secret. */
export const MASKED = "Masked-Host.example.com";

/** The environment of a user without any settings of the machine's. */
const GIT_ENV = {
  PATH: process.env.PATH,
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@b.example",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@b.example",
};

/** Runs the action's work in a folder of its own with these files. */
export function run(files: Files, inputs: Partial<LintInputs>): Promise<Run> {
  return inFolder(files, (folder) => runIn(folder, inputs));
}

/** Runs the action's work in a folder. */
export async function runIn(
  folder: string,
  inputs: Partial<LintInputs>,
  env: Record<string, string> = {},
): Promise<Run> {
  const result: Run = { annotations: [], summary: "", log: [] };
  const secrets = createSecrets(() => undefined);
  secrets.mask(MASKED);
  const log = {
    info: (text: string) => void result.log.push(text),
    debug: () => undefined,
    group: <T>(_: string, work: () => Promise<T>) => work(),
  };
  const outside = mkdtempSync(join(tmpdir(), "lint-run-"));
  const signal = AbortSignal.timeout(60_000);
  const context = {
    log,
    env,
    exec: createExec(GIT_ENV, log),
    http: createHttp(signal),
    signal,
    tempDir: async () => outside,
    annotate: (...args: [Level, Problem, string?]) =>
      void result.annotations.push(args as Run["annotations"][number]),
    summary: (markdown: string) => {
      result.summary += markdown;
    },
    outputDir: async () => outside,
    secrets,
  };
  try {
    await lint(
      { config: "clearml.yaml", files: [], render: "false", ...inputs },
      folder,
      context,
      (outputs) => {
        result.outputs = outputs;
        result.report = JSON.parse(readFileSync(outputs.findings, "utf8")) as FindingsReport;
      },
    );
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    result.thrown = thrown;
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
  return result;
}

/** Runs git in a folder. */
export function git(folder: string, ...args: string[]): string {
  return execFileSync("git", args, {
    cwd: folder,
    env: GIT_ENV,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Makes a folder a repository with everything in it committed. */
export function commitAll(folder: string): void {
  git(folder, "init", "-q", "-b", "main");
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "-m", "start");
}

/** `rule file:line` of each finding. */
export function places({ report }: Run): string[] {
  return (report?.findings ?? []).map(({ rule, file, line }) => `${rule} ${file}:${line}`);
}
