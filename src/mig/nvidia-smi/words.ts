import type { Answer } from "../../kubernetes/exec.ts";
import type { Gpu } from "../model.ts";
import { busIn } from "./bus.ts";
import { meaningOf } from "./failures.ts";
import { tellsOfLost } from "./lost.ts";

/** What nvidia-smi complained about, with the repair: only ever shown, never decided from. */
export interface Words {
  /** By the index of the GPU. */
  byGpu: ReadonlyMap<number, string>;
  /** What holds for all of them. */
  general?: string;
}

export const NO_WORDS: Words = { byGpu: new Map() };

/** No complaint: what was done, and what only goes along with another line. */
const NOISE = [
  /^(Enabled|Disabled) (MIG|persistence) mode for GPU/i,
  /^Persistence mode is already/i,
  /^All done\.$/,
  /^GPU \S+ was successfully reset/i,
  /^Successfully destroyed/,
  /^Warning: persistence mode is disabled/i,
  /^Treating as warning and moving on/,
  /^Terminating early due to previous errors/,
  /^Reboot the system or try nvidia-smi --gpu-reset/,
  /^The following GPUs could not be reset:$/,
  /^Failed to destroy \w+ instances/,
];

/** Repairs for complaints, the narrower first. */
const REPAIRS: readonly (readonly [RegExp, string])[] = [
  [
    /in use by another (client|process)|being used by/i,
    "something uses the GPU: set `drain: true`, or end what runs on it (tasks, dcgm, nvsm, a display), then run this again",
  ],
  [
    /^Resetting GPU \S+ is not supported|pending \w+ state.*Not Supported/i,
    "the GPU cannot be reset, as in a virtual machine: reboot the node (`reboot: allow` with `drain: true`)",
  ],
  [
    /pending \w+ state/i,
    "the mode comes with a reset of the GPU (`drain: true`) or a reboot of the node (`reboot: allow`)",
  ],
  [
    /^GPU \S+: Not Supported/i,
    "GPUs joined by NVLink are reset all together: leave the input `gpus` empty, or reboot the node (`reboot: allow`)",
  ],
  [
    /Unable to \w+ MIG mode.*Not Supported/i,
    "the GPU knows no MIG (RTX PRO cards: not before their display mode is switched to compute): take it out of the input `gpus`, or its node out of `nodes`",
  ],
  [
    /insufficient permissions/i,
    "nvidia-smi has to run as root in a privileged container; of a virtual GPU (vGPU) only the host sets the mode",
  ],
];
const LOST = "the GPU is off the bus: reboot the node; when it stays away, look for Xid 79 in `dmesg`";
const COMPLAINT =
  /^(Unable|Failed|Error|Warning|Invalid|Insufficient|NVIDIA-SMI has failed|No devices|Unknown|Resetting|GPU Reset)/i;

/** What nvidia-smi complained about, per GPU where it names one: the first line of each. */
export function wordsOf(answer: Answer, gpus: readonly Gpu[]): Words {
  const byGpu = new Map<number, string>();
  let general: string | undefined;
  for (const line of linesOf(answer)) {
    if (NOISE.some((pattern) => pattern.test(line))) continue;
    const index = gpuIn(line, gpus);
    if (index !== undefined) {
      if (!byGpu.has(index)) byGpu.set(index, withRepair(line));
    } else if (COMPLAINT.test(line)) general ??= withRepair(line);
  }
  if (answer.code !== 0 && byGpu.size === 0) general ??= endedWith(answer.code);
  return general === undefined ? { byGpu } : { byGpu, general };
}

/** The words of several calls as one: what was said first counts. */
export function joinWords(first: Words, second: Words): Words {
  const byGpu = new Map([...second.byGpu, ...first.byGpu]);
  const general = first.general ?? second.general;
  return general === undefined ? { byGpu } : { byGpu, general };
}

function linesOf({ stdout, stderr }: Answer): string[] {
  return `${stdout}\n${stderr}`
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Index of the GPU a line is about: named by its bus id, or by `from GPU  0`. */
function gpuIn(line: string, gpus: readonly Gpu[]): number | undefined {
  const bus = busIn(line);
  if (bus !== undefined) return gpus.find((gpu) => gpu.bus === bus)?.index;
  const index = Number(/\bfrom GPU\s+(\d+)\b/i.exec(line)?.[1] ?? Number.NaN);
  return gpus.find((gpu) => gpu.index === index)?.index;
}

function withRepair(line: string): string {
  const repair = tellsOfLost(line) ? LOST : REPAIRS.find(([pattern]) => pattern.test(line))?.[1];
  return `nvidia-smi said "${line}"${repair ? `; ${repair}` : ""}`;
}

function endedWith(code: number): string {
  const meaning = meaningOf(code);
  return `nvidia-smi ended with exit code ${code}${meaning ? `: ${meaning}` : ""}`;
}
