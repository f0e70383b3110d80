import { type Gpu, type GpuState, stateOf, type Wanted } from "../model.ts";

/** What becomes of CDMO's label; `restore`: what it was before the run. */
export type LabelAction = "set" | "remove" | "restore";

/** Whether nodes are labelled: `sync` also takes off what is not true. */
export type LabelMode = "true" | "sync" | "false";

/** Whether a GPU is as wanted. One that knows no MIG is as good as off. */
export function isAsWanted(state: GpuState, wanted: Wanted): boolean {
  return wanted === "enabled" ? state === "on" : state === "off" || state === "incapable";
}

/** Whether the mode that is wanted comes with the next reset or reboot. */
export function isWaiting(state: GpuState, wanted: Wanted): boolean {
  return state === (wanted === "enabled" ? "switching-on" : "switching-off");
}

/**
 * The GPUs whose mode is to be set. Those that wait are among them: set again while nobody uses the GPU, the mode comes
 * at once.
 */
export function toChange(gpus: readonly Gpu[], chosen: ReadonlySet<string>, wanted: Wanted): Gpu[] {
  return gpus.filter((gpu) => {
    const state = stateOf(gpu);
    return chosen.has(gpu.uuid) && !isAsWanted(state, wanted) && state !== "incapable" && state !== "unknown";
  });
}

/**
 * What becomes of a node's label when its GPUs are as they are now.
 * @param gpus all of the node, chosen or not; empty when they could not be asked
 * @param wasLabelled before the run
 */
export function labelAction(
  gpus: readonly Gpu[],
  { wanted, mode, wasLabelled }: { wanted: Wanted; mode: LabelMode; wasLabelled: boolean },
): LabelAction {
  if (mode === "false") return "restore";
  const states = gpus.map(stateOf);
  const allOn = states.length > 0 && states.every((state) => state === "on");
  if (allOn) return wanted === "enabled" ? "set" : "restore";
  // The operator would partition GPUs that are not in MIG mode.
  if (wanted === "disabled") return "remove";
  const isUntrue = states.some((state) => state !== "on" && state !== "unknown");
  return mode === "sync" && wasLabelled && isUntrue ? "remove" : "restore";
}
