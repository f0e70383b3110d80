import type { LabelMode } from "./change/plan.ts";
import type { Wanted } from "./model.ts";

/** What a run is asked to do. Times in milliseconds. */
export interface MigOptions {
  /** Path of the environment file. */
  config: string;
  /** Names and label selectors; none means every node with an NVIDIA GPU. */
  nodes: readonly string[];
  /** Indexes, UUIDs and bus ids; none means all. */
  gpus: readonly string[];
  transport: "auto" | "exec" | "local";
  wanted: Wanted;
  drain: boolean;
  drainTimeoutMs: number;
  /** Pods that nobody would make again, such as ClearML's tasks: wait for them, or evict them like others. */
  tasks: "wait" | "evict";
  reboot: "never" | "allow";
  rebootTimeoutMs: number;
  rebootImage: string;
  label: LabelMode;
  /** Nodes at a time; undefined: as many as is sensible. */
  maxParallel?: number | undefined;
  lockTimeoutMs: number;
  githubToken?: string | undefined;
}
