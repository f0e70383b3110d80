/** Runs a workflow for real with act: its jobs on this machine, its actions from folders. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parse, stringify } from "yaml";

const ROOT = resolve(import.meta.dirname, "../..");
const STAND_INS = join(import.meta.dirname, "workflow-actions");

export interface ActRun {
  code: number;
  output: string;
}

export interface ActOptions {
  /** Path of the workflow in the repository. */
  workflow: string;
  /** A git repository. */
  repository: string;
  /** A folder of the caller's for everything else. */
  scratch: string;
  inputs?: Readonly<Record<string, string>>;
  secrets?: Readonly<Record<string, string>>;
  /** Environment of every step. */
  env?: Readonly<Record<string, string>>;
}

/** Runs a workflow as if it had been dispatched. Actions are stand-ins where there are some, else those of the bundle. */
export async function runWorkflow(act: string, options: ActOptions): Promise<ActRun> {
  const { workflow, repository, scratch, inputs = {}, secrets = {}, env = {} } = options;
  const home = join(scratch, "home");
  const bin = join(scratch, "bin");
  for (const folder of [home, bin]) mkdirSync(folder, { recursive: true });
  if (!existsSync(join(bin, "node"))) symlinkSync(process.execPath, join(bin, "node"));
  // Not as arguments: those can be read by everybody on the machine.
  writeFileSync(join(scratch, "secrets.yaml"), stringify(secrets), { mode: 0o600 });
  const files = [workflow, join(repository, ".github/workflows/tenant-fleet.yml")];
  const actions = new Set(files.flatMap((file) => usedActions(resolve(repository, file))));
  const args = [
    ...["workflow_dispatch", "--workflows", workflow, "--secret-file", join(scratch, "secrets.yaml")],
    ...[
      "--platform",
      "ubuntu-24.04=-self-hosted",
      "--no-cache-server",
      "--action-cache-path",
      join(scratch, "act"),
    ],
    ...Object.entries(inputs).flatMap(([name, value]) => ["--input", `${name}=${value}`]),
    ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ...[...actions].flatMap((uses) => ["--local-repository", `${uses}=${actionFolder(uses, scratch)}`]),
  ];
  return spawned(act, args, repository, { PATH: `${bin}:${process.env.PATH}`, HOME: home });
}

/** `owner/name@ref` of the actions of a workflow; checkout is act's own. */
export function usedActions(file: string): string[] {
  const { jobs } = parse(readFileSync(file, "utf8")) as {
    jobs: Record<string, { steps?: { uses?: string }[] }>;
  };
  const steps = Object.values(jobs).flatMap(({ steps = [] }) => steps);
  return steps.flatMap(({ uses = "" }) =>
    uses === "" || uses.startsWith("actions/checkout@") ? [] : [uses],
  );
}

/** Makes a folder with an action in it, as its repository of its own has it. */
function actionFolder(uses: string, scratch: string): string {
  const name = uses.replace(/^.*\/|@.*$/g, "");
  const folder = join(scratch, "actions", name);
  if (existsSync(folder)) return folder;
  mkdirSync(folder, { recursive: true });
  const definition = join(ROOT, "actions", name, "action.yml");
  const yml = existsSync(definition)
    ? (parse(readFileSync(definition, "utf8")) as Record<string, unknown>)
    : { name, inputs: ARTIFACT_INPUTS };
  writeFileSync(
    join(folder, "action.yml"),
    stringify({ ...yml, runs: { using: "node24", main: "index.mjs" } }),
  );
  const standIn = join(STAND_INS, `${name}.mjs`);
  if (existsSync(standIn)) cpSync(standIn, join(folder, "index.mjs"));
  else writeFileSync(join(folder, "index.mjs"), realAction(name));
  return folder;
}

const ARTIFACT_INPUTS = { name: {}, path: {}, pattern: {}, overwrite: { default: "false" } };

/** Runs the action itself, from the bundle or, as `runAction` does, from the sources; its summary is kept for the test. */
function realAction(name: string): string {
  const symbol = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const run =
    process.env.ACTIONS_FROM === "src"
      ? `const { ${symbol} } = await import(${url("src", "actions", `${name}.ts`)});\nawait ${symbol}();\n`
      : `await import(${url("dist", name, "index.js")});\n`;
  return [
    'import { appendFileSync, readFileSync } from "node:fs";',
    run,
    "const { GITHUB_STEP_SUMMARY, GITHUB_JOB, WORLD } = process.env;",
    "appendFileSync(`${WORLD}/summary-${GITHUB_JOB}.md`, readFileSync(GITHUB_STEP_SUMMARY));",
  ].join("\n");
}

function url(...path: string[]): string {
  return JSON.stringify(pathToFileURL(join(ROOT, ...path)).href);
}

function spawned(file: string, args: string[], cwd: string, env: Record<string, string>): Promise<ActRun> {
  return new Promise((done, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: 180_000 });
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
