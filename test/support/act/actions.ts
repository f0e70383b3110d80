/** Folders that stand for the repositories of actions and reusable workflows. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parse, stringify } from "yaml";

const ROOT = resolve(import.meta.dirname, "../../..");
const STAND_INS = resolve(import.meta.dirname, "../workflow-actions");
/** Reusable workflows are called out of this repository, at whatever version. */
const OURS = "clearml/actions";

export interface LocalOptions {
  /** Path of the workflow in the repository. */
  workflow: string;
  repository: string;
  scratch: string;
  /** Folder for what steps leave. */
  record: string;
  actionInputs?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  standIns?: readonly string[];
  /** Variables of our actions that act would set otherwise. */
  variables?: Readonly<Record<string, string>>;
}

/** `owner/name@ref` of everything that a workflow uses, with a folder for each. */
export function localRepositories(options: LocalOptions): Record<string, string> {
  const folder = join(options.scratch, "actions");
  // Inputs and stand-ins may be others than in the run before.
  rmSync(folder, { recursive: true, force: true });
  const used = usedBy(resolve(options.repository, options.workflow), options.repository);
  const repositories: Record<string, string> = {};
  for (const uses of used) {
    const [, owner, name = "", path = "", ref] = /^([^/]+)\/([^/@]+)(?:\/([^@]+))?@(.+)$/.exec(uses) ?? [];
    const key = `${owner}/${name}@${ref}`;
    if (key.startsWith(`${OURS}@`)) repositories[key] = ROOT;
    else {
      repositories[key] = join(folder, `${owner}-${name}`);
      makeAction(join(repositories[key], path), path || name, options);
    }
  }
  return repositories;
}

interface Workflow {
  jobs: Record<string, { uses?: string; steps?: { uses?: string; with?: { repository?: string } }[] }>;
}

/** What a workflow uses, and those that it calls; checkout of the repository itself is act's own. */
function usedBy(file: string, repository: string): Set<string> {
  const { jobs } = parse(readFileSync(file, "utf8")) as Workflow;
  const used = new Set<string>();
  for (const { uses: called, steps = [] } of Object.values(jobs)) {
    for (const { uses = "", with: given } of steps) {
      const isOwn = uses.startsWith("actions/checkout@") && !given?.repository;
      if (uses !== "" && !uses.startsWith("./") && !isOwn) used.add(uses);
    }
    if (!called) continue;
    const local = called.startsWith("./");
    const path = local
      ? resolve(repository, called)
      : resolve(ROOT, called.replace(`${OURS}/`, "").replace(/@.*/, ""));
    if (!local) used.add(called);
    for (const each of usedBy(path, repository)) used.add(each);
  }
  return used;
}

/** Makes a folder with an action in it, as its own repository has it. */
function makeAction(folder: string, name: string, options: LocalOptions): void {
  mkdirSync(folder, { recursive: true });
  const definition = join(ROOT, "actions", name, "action.yml");
  const isOurs = existsSync(definition) && !options.standIns?.includes(name);
  const yml = (existsSync(definition) ? parse(readFileSync(definition, "utf8")) : { name, inputs: {} }) as {
    inputs: Record<string, { default?: string }>;
    runs?: { post?: string };
  };
  const inputs = isOurs ? (options.actionInputs?.[name] ?? {}) : {};
  for (const [input, value] of Object.entries(inputs))
    yml.inputs[input] = { ...yml.inputs[input], default: value };
  const entry = "index.mjs";
  const runs = { using: "node24", main: entry, ...(isOurs && yml.runs?.post ? { post: entry } : {}) };
  writeFileSync(join(folder, "action.yml"), stringify({ ...yml, runs }));
  const standIn = join(STAND_INS, `${name}.mjs`);
  if (!isOurs && !existsSync(standIn)) throw new Error(`there is no stand-in for ${name}: ${standIn}`);
  const step = {
    name,
    record: options.record,
    inputs,
    variables: isOurs ? (options.variables ?? {}) : {},
    ...(isOurs ? realAction(name) : { module: pathToFileURL(standIn).href }),
  };
  const runner = JSON.stringify(pathToFileURL(join(import.meta.dirname, "step.mjs")).href);
  const text = `import { runStep } from ${runner};\nawait runStep(${JSON.stringify(step)});\n`;
  writeFileSync(join(folder, entry), text, { mode: 0o600 });
}

/** The action itself, from the bundle or, as `runAction` does, from the sources. */
function realAction(name: string): { module: string; call?: string } {
  if (process.env.ACTIONS_FROM !== "src") {
    return { module: pathToFileURL(join(ROOT, "dist", name, "index.js")).href };
  }
  const call = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return { module: pathToFileURL(join(ROOT, "src", "index.ts")).href, call };
}
