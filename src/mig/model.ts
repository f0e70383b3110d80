import type { MigGpu } from "../catalogue/mig-profiles.ts";
import type { Problem } from "../core/errors.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";

/** The environment file of a run that names none; MIG can be switched without one. */
export const DEFAULT_CONFIG = "clearml.yaml";

/** MIG mode as nvidia-smi prints it. `unsupported`: `[N/A]`. `unknown`: no mode, such as `[Unknown Error]`. */
export type Mode = "enabled" | "disabled" | "unsupported" | "unknown";

/** One GPU of a node as nvidia-smi tells of it. */
export interface Gpu {
  index: number;
  /** Such as `NVIDIA A100-SXM4-80GB`. */
  model: string;
  uuid: string;
  /** PCI bus id, such as `00000000:36:00.0`. */
  bus: string;
  current: Mode;
  /** What the mode will be after a reset of the GPU, or a reboot. */
  pending: Mode;
}

/** What the two modes of a GPU mean together. */
export type GpuState = "on" | "off" | "switching-on" | "switching-off" | "incapable" | "unknown";

/** What the modes of a GPU mean. Source: NVIDIA's MIG user guide; a mode that differs from the pending one waits. */
export function stateOf({ current, pending }: Pick<Gpu, "current" | "pending">): GpuState {
  if (current === "unsupported") return "incapable";
  if (current === "unknown" || pending === "unknown" || pending === "unsupported") return "unknown";
  if (current === "enabled") return pending === "enabled" ? "on" : "switching-off";
  return pending === "enabled" ? "switching-on" : "off";
}

export type Wanted = "enabled" | "disabled";

/** Hands a node over to the dynamic MIG operator (CDMO). */
export const MIG_LABEL = { key: "cdmo.clear.ml/gpu-partitioning", value: "mig" } as const;

/** Whether CDMO partitions the GPUs of this node. */
export function isLabelled(node: Pick<KubernetesObject, "metadata">): boolean {
  return node.metadata.labels?.[MIG_LABEL.key] === MIG_LABEL.value;
}

/** A GPU in the report of a run. */
export interface GpuReport {
  index: number;
  model: string;
  uuid: string;
  bus: string;
  before: GpuState;
  /** `unknown` when it could not be asked again. */
  after: GpuState;
  /** Whether the run was to change it. */
  chosen: boolean;
  /** Why it is not as wanted, in nvidia-smi's words or ours. */
  reason?: string;
}

/** A node in the report of a run. */
export interface NodeReport {
  name: string;
  /** Empty when it could not be asked. */
  gpus: readonly GpuReport[];
  /** Whether it carries CDMO's label; undefined without a cluster. */
  label?: { before: boolean; after: boolean };
  /** The MIG mode was lost: the label says that it is on, and nvidia-smi that it is not. */
  lost: boolean;
  /** GPUs wait for a reboot (or a reset that this run could not do). */
  rebootRequired: boolean;
  /** Every chosen GPU is as wanted. */
  ready: boolean;
  drained: boolean;
  rebooted: boolean;
  milliseconds: number;
  /** What went wrong with this node, and what is left of what was changed. */
  problems: readonly Problem[];
  /** What is not as one may think, and fails nothing: a label that was not set, or is not true. */
  warnings?: readonly Problem[];
}

export interface MigReport {
  wanted: Wanted;
  /** Address of the API server; undefined without a cluster. */
  server?: string;
  nodes: readonly NodeReport[];
  /** By model: what nvidia-smi told of cards that are not in the table of profiles. */
  cards?: ReadonlyMap<string, MigGpu>;
}
