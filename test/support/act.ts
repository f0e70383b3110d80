/** Runs a workflow for real with act: its jobs on this machine, its actions from folders. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { localRepositories } from "./act/actions.ts";
import { type Recorded, readRecord, startRecord } from "./act/record.ts";

export interface ActRun extends Recorded {
  code: number;
  /** All that act printed. It hides no secret, unless it is told to, so that nothing may need hiding. */
  output: string;
  /** Folder with a folder for each artifact that was uploaded. */
  artifacts: string;
}

export interface ActOptions {
  /** Path of the workflow in the repository. */
  workflow: string;
  /** A git repository. */
  repository: string;
  /** A folder of the caller's for everything else. Runs in the same folder are runs on the same machine. */
  scratch: string;
  event?: "workflow_dispatch" | "push" | "pull_request" | "schedule" | "workflow_run";
  /** What GitHub tells about the event (`github.event`). */
  payload?: object;
  /** Only this job, and those it needs. */
  job?: string;
  inputs?: Readonly<Record<string, string>>;
  secrets?: Readonly<Record<string, string>>;
  vars?: Readonly<Record<string, string>>;
  /** Environment of every step. */
  env?: Readonly<Record<string, string>>;
  /** What our actions get where the step says nothing of an input, by action: the network of the user. */
  actionInputs?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Names of our actions that are played by a stand-in of `workflow-actions/`. */
  standIns?: readonly string[];
  /** The GitHub that actions talk to. */
  githubApi?: { url: string; repository: string };
  /** Artifacts of an earlier run, to go on with. */
  artifacts?: string;
  /** Hides secrets and what was masked, as GitHub does. */
  hidesSecrets?: boolean;
  timeoutMs?: number;
}

const COMPILED = resolve(import.meta.dirname, "../../node_modules/.cache/clearml-actions");
const PLATFORMS = ["ubuntu-24.04", "ubuntu-latest", "self-hosted", "gpu"];

/** Runs a workflow. Our own actions are the bundle's, or with ACTIONS_FROM=src the sources; others have stand-ins. */
export async function runWorkflow(act: string, options: ActOptions): Promise<ActRun> {
  const { scratch, repository, secrets = {}, timeoutMs = 180_000 } = options;
  const [home, bin] = [join(scratch, "home"), join(scratch, "bin")];
  for (const folder of [home, bin]) mkdirSync(folder, { recursive: true });
  if (!existsSync(join(bin, "node"))) symlinkSync(process.execPath, join(bin, "node"));
  // Not as arguments: those can be read by everybody on the machine.
  const known = { GITHUB_TOKEN: "", ...secrets };
  writeFileSync(join(scratch, "secrets.yaml"), stringify(known), { mode: 0o600 });
  const artifacts = options.artifacts ?? mkdtempSync(join(scratch, "artifacts-"));
  const record = startRecord(scratch);
  const args = [
    ...[options.event ?? "workflow_dispatch", "--workflows", options.workflow],
    ...["--secret-file", join(scratch, "secrets.yaml"), "--no-cache-server"],
    ...(options.hidesSecrets ? [] : ["--insecure-secrets"]),
    ...["--action-cache-path", join(scratch, "act"), ...eventArguments(options)],
    ...(options.job ? ["--job", options.job] : []),
    ...PLATFORMS.flatMap((label) => ["--platform", `${label}=-self-hosted`]),
    ...pairs("--input", options.inputs),
    ...pairs("--var", options.vars),
    ...pairs("--env", githubEnv(options)),
    ...pairs("--local-repository", localRepositories({ ...options, record, variables: githubEnv(options) })),
  ];
  const env = {
    ...{ PATH: `${bin}:${process.env.PATH}`, HOME: home, ARTIFACTS: artifacts },
    // The same bundle is started many times.
    NODE_COMPILE_CACHE: COMPILED,
    ...options.env,
  };
  const run = await spawned(act, args, { cwd: repository, env, timeoutMs });
  return { ...run, ...readRecord(record), artifacts };
}

function eventArguments({ payload, scratch }: ActOptions): string[] {
  if (!payload) return [];
  const file = join(scratch, "event.json");
  writeFileSync(file, JSON.stringify(payload));
  return ["--eventpath", resolve(file)];
}

function githubEnv({ githubApi }: ActOptions): Record<string, string> {
  if (!githubApi) return {};
  const [owner = ""] = githubApi.repository.split("/");
  return {
    GITHUB_API_URL: githubApi.url,
    GITHUB_GRAPHQL_URL: `${githubApi.url}/graphql`,
    GITHUB_REPOSITORY: githubApi.repository,
    GITHUB_REPOSITORY_OWNER: owner,
  };
}

function pairs(flag: string, values: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
}

function spawned(
  file: string,
  args: string[],
  options: { cwd: string; env: Record<string, string>; timeoutMs: number },
): Promise<{ code: number; output: string }> {
  const { cwd, env, timeoutMs } = options;
  return new Promise((done, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: timeoutMs });
    let output = "";
    const add = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on("data", add);
    child.stderr.on("data", add);
    child.once("error", reject);
    child.once("close", (code) => done({ code: code ?? -1, output }));
  });
}
