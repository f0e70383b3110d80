import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of the scripted nvidia-smi: hand it to a child process as first of its PATH, with NVIDIA_SMI_STATE. */
export const NVIDIA_SMI_FOLDER = import.meta.dirname;

/** Where it looks for its GPUs when it is not told. */
export const NVIDIA_SMI_STATE = "/var/lib/nvidia-smi-state";

export type Architecture = "ampere" | "hopper" | "none";
export type Word = "Enabled" | "Disabled" | "[N/A]" | "[Unknown Error]";

export interface GpuSpec {
  /** Default: one that goes with `arch`. */
  model?: string;
  uuid?: string;
  bus?: string;
  /** `none`: a GPU without MIG. Default: `ampere`. */
  arch?: Architecture;
  current?: Word;
  /** Default: as `current`. */
  pending?: Word;
  /** Who holds the device. */
  holders?: readonly string[];
  /** In a virtual machine that cannot reset it. */
  passthrough?: boolean;
  /** `<GPU instance>:<compute instance>`, or `<GPU instance>:` alone. */
  instances?: readonly string[];
  /** The driver keeps it ready although nobody uses it, which holds it. */
  persistence?: boolean;
  /** Off the bus. */
  lost?: boolean;
}

export interface GpuOnDisk {
  index: number;
  model: string;
  uuid: string;
  bus: string;
  arch: Architecture;
  current: Word;
  pending: Word;
  holders: string[];
  instances: string[];
  passthrough: boolean;
  persistence: boolean;
  lost: boolean;
}

/** What holds for the whole node: see the script. */
export type Condition = "denied" | "driver-gone" | "hang" | "odd-exit" | "no-persistence" | "stops-at-lost";

const MODELS: Readonly<Record<Architecture, string>> = {
  ampere: "NVIDIA A100-SXM4-40GB",
  hopper: "NVIDIA H100 80GB HBM3",
  none: "Tesla T4",
};

/** Name, id and how many of it fit. Source: NVIDIA's MIG user guide, supported profiles. */
const PROFILES: Readonly<Record<Architecture, string>> = {
  ampere: "1g.5gb 19 7\n1g.5gb+me 20 1\n1g.10gb 15 4\n2g.10gb 14 3\n3g.20gb 9 2\n4g.20gb 5 1\n7g.40gb 0 1\n",
  hopper:
    "1g.10gb 19 7\n1g.10gb+me 20 1\n1g.20gb 15 4\n2g.20gb 14 3\n3g.40gb 9 2\n4g.40gb 5 1\n7g.80gb 0 1\n",
  none: "",
};

let made = 0;

/** Makes the GPUs of a node anew: `gpus[0]` has index 0. */
export function createGpus(folder: string, gpus: readonly GpuSpec[]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "calls"), "");
  gpus.forEach((spec, index) => {
    createGpu(join(folder, `gpu${index}`), spec, index);
  });
}

function createGpu(folder: string, spec: GpuSpec, index: number): void {
  const arch = spec.arch ?? "ampere";
  const current = spec.current ?? (arch === "none" ? "[N/A]" : "Disabled");
  mkdirSync(folder);
  const lines: Record<string, string> = {
    model: spec.model ?? MODELS[arch],
    uuid:
      spec.uuid ??
      `GPU-${(++made).toString(16).padStart(8, "0")}-0000-4000-8000-${index.toString(16).padStart(12, "0")}`,
    bus: spec.bus ?? `00000000:${(0x07 + 8 * index).toString(16).toUpperCase().padStart(2, "0")}:00.0`,
    arch,
    current,
    pending: spec.pending ?? current,
    persistence: spec.persistence ? "Enabled" : "Disabled",
  };
  for (const [name, line] of Object.entries(lines)) writeFileSync(join(folder, name), `${line}\n`);
  writeFileSync(join(folder, "profiles"), PROFILES[arch]);
  writeFileSync(join(folder, "holders"), toLines(spec.holders ?? []));
  writeFileSync(join(folder, "instances"), toLines(spec.instances ?? []));
  if (spec.passthrough) writeFileSync(join(folder, "passthrough"), "");
  if (spec.lost) writeFileSync(join(folder, "lost"), "");
}

/** The GPUs of a node as they are now, by index. */
export function readState(folder: string): GpuOnDisk[] {
  return gpuFolders(folder).map((gpu, index) => {
    const line = (name: string) => linesOf(join(gpu, name)).at(-1) ?? "";
    return {
      index,
      model: line("model"),
      uuid: line("uuid"),
      bus: line("bus"),
      arch: line("arch") as Architecture,
      current: line("current") as Word,
      pending: line("pending") as Word,
      holders: linesOf(join(gpu, "holders")),
      instances: linesOf(join(gpu, "instances")),
      passthrough: existsSync(join(gpu, "passthrough")),
      persistence: line("persistence") === "Enabled",
      lost: existsSync(join(gpu, "lost")),
    };
  });
}

/** Who holds a device from now on, instead of those before. */
export function setHolders(folder: string, index: number | "all", names: readonly string[]): void {
  const folders = gpuFolders(folder);
  for (const gpu of index === "all" ? folders : folders.slice(index, index + 1)) {
    // Replaced in one step: nvidia-smi may read it at this moment.
    writeFileSync(join(gpu, "holders.new"), toLines(names));
    renameSync(join(gpu, "holders.new"), join(gpu, "holders"));
  }
}

/** Sets a condition of the node, or takes it away. */
export function setCondition(folder: string, condition: Condition, holds = true): void {
  const file = join(folder, condition);
  if (holds) writeFileSync(file, "");
  else rmSync(file, { force: true });
}

/** A reboot: Ampere keeps its pending mode (InfoROM), Hopper loses its mode. Holders and instances are gone. */
export function reboot(folder: string): void {
  readState(folder).forEach(({ arch, pending }, index) => {
    const gpu = join(folder, `gpu${index}`);
    const after = arch === "hopper" ? "Disabled" : pending;
    for (const name of ["current", "pending"]) writeFileSync(join(gpu, name), `${after}\n`);
    writeFileSync(join(gpu, "instances"), "");
    rmSync(join(gpu, "lost"), { force: true });
  });
  setHolders(folder, "all", []);
}

/** Arguments of every call so far, oldest first. */
export function callsOf(folder: string): string[] {
  return linesOf(join(folder, "calls"));
}

function gpuFolders(folder: string): string[] {
  const count = readdirSync(folder).filter((name) => /^gpu\d+$/.test(name)).length;
  return Array.from({ length: count }, (_, index) => join(folder, `gpu${index}`));
}

function toLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function linesOf(file: string): string[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
}
