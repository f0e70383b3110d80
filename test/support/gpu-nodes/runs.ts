/** Runs of mig-enable on nodes with GPUs. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GpuState } from "../../../src/mig/model.ts";
import { type ActionRun, type RunActionOptions, runAction } from "../run-action.ts";
import type { GpuNodes } from "./gpu-nodes.ts";

/** A node as the output `nodes` tells of it. */
export interface NodeOutput {
  name: string;
  ready: boolean;
  rebootRequired: boolean;
  labelled: boolean;
  lost: boolean;
  drained: boolean;
  rebooted: boolean;
  gpus: {
    index: number;
    before: GpuState;
    after: GpuState;
    chosen: boolean;
    changed: boolean;
    reason?: string;
  }[];
  problems: { message: string; hint?: string }[];
}

export type MigRun = ActionRun & {
  /** Folder by which its tools are told (`processesOf`); it is gone. */
  machine: string;
  nodes: NodeOutput[];
  /** Everything that the problems of a node say. */
  words(node: string): string;
  after(node: string): GpuState[];
};

export interface MigRunOptions extends Pick<RunActionOptions, "onLine"> {
  /** Called as soon as it runs; `machine` is the folder by which its tools are told (`processesOf`). */
  onStart?(process: { pid: number; kill(signal: NodeJS.Signals): void; machine: string }): void;
}

/** Starts a run in a folder without an environment file. */
export async function migEnable(
  world: Pick<GpuNodes, "env">,
  inputs: Readonly<Record<string, string>>,
  options: MigRunOptions = {},
): Promise<MigRun> {
  const cwd = mkdtempSync(join(tmpdir(), "mig-enable-"));
  const machine = mkdtempSync(join(tmpdir(), "mig-machine-"));
  try {
    const run = await runAction(
      "mig-enable",
      { transport: "exec", ...inputs },
      {
        ...(options.onLine ? { onLine: options.onLine } : {}),
        onStart: (process) => options.onStart?.({ ...process, machine }),
        machine,
        cwd,
        env: world.env,
      },
    );
    return { ...run, machine, ...readNodes(run.outputs.nodes || "[]") };
  } finally {
    for (const folder of [cwd, machine]) rmSync(folder, { recursive: true, force: true });
  }
}

function readNodes(output: string): Pick<MigRun, "nodes" | "words" | "after"> {
  const nodes = JSON.parse(output) as NodeOutput[];
  const node = (name: string) => nodes.find((each) => each.name === name);
  return {
    nodes,
    words: (name) =>
      (node(name)?.problems ?? []).map(({ message, hint = "" }) => `${message}; ${hint}`).join("\n"),
    after: (name) => (node(name)?.gpus ?? []).map(({ after }) => after),
  };
}

/** What of a node people and controllers decide, without what the test cluster's own parts write there. */
export async function settingsOf(world: Pick<GpuNodes, "node">, name: string) {
  const { metadata, spec } = await world.node(name);
  const { unschedulable = false } = (spec ?? {}) as { unschedulable?: boolean };
  const annotations = Object.keys(metadata.annotations ?? {}).filter((key) =>
    key.startsWith("clearml-actions"),
  );
  const labels = Object.entries(metadata.labels ?? {}).filter(([key]) => !key.startsWith("beta."));
  return { labels: Object.fromEntries(labels), annotations, unschedulable };
}
