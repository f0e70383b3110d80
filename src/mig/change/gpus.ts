import { type Gpu, stateOf, type Wanted } from "../model.ts";
import { destroyInstances, resetGpus, setMode } from "../nvidia-smi/mode.ts";
import { queryGpus } from "../nvidia-smi/query.ts";
import type { Words } from "../nvidia-smi/words.ts";
import type { NvidiaSmi } from "../transport/model.ts";
import { isAsWanted, isWaiting, toChange } from "./plan.ts";

/** The GPUs of a node after a change, and what nvidia-smi said of those it did not change. */
export interface Changed {
  gpus: readonly Gpu[];
  /** By UUID. */
  words: ReadonlyMap<string, string>;
}

/** What is to be true of which GPUs. */
export interface Goal {
  chosen: ReadonlySet<string>;
  wanted: Wanted;
}

/**
 * Sets the mode of a node's GPUs in one call. Whether it was done is decided by asking again, not by exit codes and
 * words: nvidia-smi ends with 0 for GPUs that know no MIG, and with others for GPUs that are as wanted already.
 * @throws NoAnswerError when nvidia-smi cannot be run
 */
export async function switchGpus(smi: NvidiaSmi, gpus: readonly Gpu[], goal: Goal): Promise<Changed> {
  const todo = toChange(gpus, goal.chosen, goal.wanted);
  const words = new Map<string, string>();
  const instances = goal.wanted === "disabled" ? todo.filter(({ current }) => current === "enabled") : [];
  if (instances.length > 0) note(words, instances, await destroyInstances(smi, instances));
  const said = await setMode(smi, todo, goal.wanted);
  note(words, todo, said);
  let now = await queryGpus(smi, gpus);
  const unmoved = todo.filter((gpu) => isUnmoved(now, gpu, goal.wanted) && !said.byGpu.has(gpu.index));
  if (todo.length > 1 && unmoved.length > 0) {
    // A call for many may end at the first that fails.
    await setOneByOne(smi, unmoved, goal.wanted, said, words);
    now = await queryGpus(smi, gpus);
  }
  return { gpus: now, words };
}

/** Resets the GPUs that wait for it. Nobody may be using them. */
export async function resetWaiting(smi: NvidiaSmi, before: Changed, goal: Goal): Promise<Changed> {
  const waiting = waitingOf(before.gpus, goal);
  const words = new Map(before.words);
  note(words, waiting, await resetGpus(smi, waiting));
  return { gpus: await queryGpus(smi, before.gpus), words };
}

/** The chosen GPUs that will be as wanted after a reset or a reboot. */
export function waitingOf(gpus: readonly Gpu[], { chosen, wanted }: Goal): Gpu[] {
  return gpus.filter((gpu) => chosen.has(gpu.uuid) && isWaiting(stateOf(gpu), wanted));
}

async function setOneByOne(
  smi: NvidiaSmi,
  gpus: readonly Gpu[],
  wanted: Wanted,
  before: Words,
  words: Map<string, string>,
): Promise<void> {
  for (const gpu of gpus) {
    const said = await setMode(smi, [gpu], wanted);
    note(words, [gpu], said);
    // What holds for all of them (no permission, no driver) is not asked for each.
    if (said.general !== undefined && said.general === before.general) return;
  }
}

function isUnmoved(now: readonly Gpu[], { uuid }: Gpu, wanted: Wanted): boolean {
  const gpu = now.find((each) => each.uuid === uuid);
  if (!gpu) return false;
  const state = stateOf(gpu);
  return !isAsWanted(state, wanted) && !isWaiting(state, wanted);
}

function note(words: Map<string, string>, gpus: readonly Gpu[], said: Words): void {
  for (const { uuid, index } of gpus) {
    const own = said.byGpu.get(index) ?? said.general;
    if (own !== undefined) words.set(uuid, own);
  }
}
