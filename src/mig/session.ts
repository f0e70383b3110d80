import type { LimitFunction } from "p-limit";
import type { Context } from "../core/context.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import type { Gpu } from "./model.ts";
import type { MigOptions } from "./options.ts";
import type { NvidiaSmi } from "./transport/model.ts";

/** What every step of a run needs. */
export interface MigSession {
  context: Pick<Context, "exec" | "log" | "signal">;
  options: MigOptions;
  /** Undefined where this machine is changed alone, without a cluster. */
  kubernetes?: Kubernetes;
  /** Aborted when the run is cancelled, or has lost its lock. */
  signal: AbortSignal;
  /** The same, of the lock alone: from then on the nodes are somebody else's. */
  lost: AbortSignal;
  /** Who is at work, for what is noted on nodes. */
  run: string;
  reboots: Reboots;
}

/** Nodes are rebooted one after the other, and no more of them once one has not come back. */
export interface Reboots {
  /** Where the pods that reboot run. */
  namespace: string;
  slot: LimitFunction;
  /** The node that has not come back. */
  failed?: string;
}

/** A node whose GPUs were asked. */
export interface AskedNode {
  name: string;
  /** Undefined without a cluster. */
  node?: KubernetesObject;
  smi: NvidiaSmi;
  /** The client of the GPU that nvidia-smi is run in; it must not be paused. */
  client?: string;
  gpus: readonly Gpu[];
}

/** What the parts that change nodes of a cluster need; only where there is one. */
export function closingOf({ kubernetes, context, signal, run }: MigSession) {
  if (!kubernetes) throw new Error("without a cluster no node can be closed");
  return { kubernetes, log: context.log, signal, run };
}
