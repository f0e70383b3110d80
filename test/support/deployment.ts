/** The example environment on real parts, ready to be deployed again and again. For tests that break runs. */
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { CHOSEN_HELM } from "../cluster/pins.ts";
import type { ClusterOptions } from "../cluster/start.ts";
import { toolCache } from "../cluster/tools.ts";
import { type ActionRun, type RunActionOptions, runAction } from "./run-action.ts";
import { startWorld, stepEnvironment, type World } from "./world.ts";

/** A revision as Helm's Secret has it. */
export interface StoredRelease {
  namespace: string;
  name: string;
  version: number;
  status: string;
  /** Helm's own record inside the Secret; it must agree with the labels. */
  record: {
    info: { status: string; description: string };
    config: Record<string, unknown>;
    manifest: string;
  };
}

export interface Deployment {
  world: World;
  /** Plays the runner's machine, with the tools that `setup-clearml-helm` installed. */
  machine: string;
  /** Environment of every step. */
  env: Record<string, string>;
  /** Runs an action as a step; `env` on top of the usual one. */
  act(
    name: string,
    inputs?: Record<string, string>,
    options?: Pick<RunActionOptions, "onLine" | "onStart"> & { env?: Record<string, string> },
  ): Promise<ActionRun>;
  /** Changes a text in a file of the environment. */
  edit(file: string, from: string | RegExp, to: string): void;
  /** All revisions of all releases of the cluster, newest last. */
  releases(): StoredRelease[];
  stop(): Promise<void>;
}

/** Starts the world and installs the tools; about five seconds. */
export async function startDeployment(
  options: ClusterOptions & { helmVersion?: string } = {},
): Promise<Deployment> {
  const machine = mkdtempSync(join(tmpdir(), "deployment-"));
  const world = await startWorld(options);
  const setup = await setUp(world, machine, options.helmVersion);
  const env = { ...world.env, ...stepEnvironment(setup) };
  return {
    world,
    machine,
    env,
    act: (name, actInputs = {}, actOptions = {}) =>
      runAction(name, actInputs, {
        ...actOptions,
        machine,
        cwd: world.folder,
        env: { ...env, ...actOptions.env },
      }),
    edit(file, from, to) {
      const path = join(world.folder, file);
      const text = readFileSync(path, "utf8");
      const edited = text.replace(from, to);
      if (edited === text) throw new Error(`${file} holds no ${from}`);
      writeFileSync(path, edited);
    },
    releases: () => storedReleases(world),
    async stop() {
      await world.stop();
      rmSync(machine, { recursive: true, force: true });
    },
  };
}

/**
 * The setup step on a machine that has the tools from the time before, as a runner of one's own has: unpacking them
 * anew costs more than all the rest of it. Throws when it fails.
 */
export async function setUp(
  world: World,
  machine: string,
  helmVersion: string | undefined = CHOSEN_HELM,
): Promise<ActionRun> {
  const kept = keptTools(helmVersion);
  const tools = join(machine, "tools");
  const known = existsSync(kept);
  if (known) symlinkSync(kept, tools);
  const inputs = { ...world.setup.inputs, ...(helmVersion ? { "helm-version": helmVersion } : {}) };
  const setup = await runAction("setup-clearml-helm", inputs, { machine, env: world.setup.env });
  if (setup.code !== 0) throw new Error(`setup-clearml-helm ended with ${setup.code}:\n${setup.stdout}`);
  if (!known) keep(tools, kept);
  return setup;
}

/** Folder of the tools from the time before. */
export function keptTools(helmVersion = "default"): string {
  return join(toolCache(), `runner-${helmVersion}`);
}

/** Copies the tools beside their place and moves them there; somebody else may have been faster. */
function keep(tools: string, kept: string): void {
  const scratch = mkdtempSync(`${kept}-`);
  try {
    cpSync(tools, join(scratch, "tools"), { recursive: true });
    renameSync(join(scratch, "tools"), kept);
  } catch (thrown) {
    if (!existsSync(kept)) throw thrown;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function storedReleases(world: World): StoredRelease[] {
  const { items } = JSON.parse(world.kubectl("get", "secrets", "-A", "-l", "owner=helm", "-o", "json")) as {
    items: {
      metadata: { namespace: string; labels: { name: string; version: string; status: string } };
      data: { release: string };
    }[];
  };
  return items
    .map(({ metadata: { namespace, labels }, data }) => ({
      namespace,
      name: labels.name,
      version: Number(labels.version),
      status: labels.status,
      record: JSON.parse(
        gunzipSync(Buffer.from(Buffer.from(data.release, "base64").toString(), "base64")).toString(),
      ) as StoredRelease["record"],
    }))
    .sort((a, b) => a.version - b.version);
}

/** The newest revision of each release. */
export function newest(releases: readonly StoredRelease[]): StoredRelease[] {
  return [...new Map(releases.map((each) => [`${each.namespace}/${each.name}`, each])).values()];
}
