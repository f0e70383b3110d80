import type { Gpu, Wanted } from "../model.ts";
import type { NvidiaSmi } from "../transport/model.ts";
import { listOf } from "./bus.ts";
import { withoutPersistence } from "./persistence.ts";
import { joinWords, NO_WORDS, type Words, wordsOf } from "./words.ts";

/** Once, and for every GPU: a reset takes seconds, also the one that `-mig` does by itself. */
const CALL_MS = 60_000;
const GPU_MS = 30_000;

const NOTHING_THERE = /No (GPU|compute) instances found|No MIG-enabled devices found/i;
const IN_USE = /in use by another (client|process)/i;

/** Sets the mode of these GPUs in one call, and of no other. It may end at the first GPU that fails. */
export async function setMode(smi: NvidiaSmi, gpus: readonly Gpu[], wanted: Wanted): Promise<Words> {
  return call(smi, gpus, (list) => ["-i", list, "-mig", wanted === "enabled" ? "1" : "0"]);
}

/**
 * Resets these GPUs. A GPU that the driver keeps ready although nobody uses it (persistence mode) counts as used: where
 * that may be the reason it is put off meanwhile.
 */
export async function resetGpus(smi: NvidiaSmi, gpus: readonly Gpu[]): Promise<Words> {
  const reset = () => call(smi, gpus, (list) => ["--gpu-reset", "-i", list]);
  const words = await reset();
  if (![...words.byGpu.values(), words.general ?? ""].some((said) => IN_USE.test(said))) return words;
  return (await withoutPersistence(smi, gpus, reset)) ?? words;
}

/** Destroys the MIG instances of these GPUs; that there are none is fine. */
export async function destroyInstances(smi: NvidiaSmi, gpus: readonly Gpu[]): Promise<Words> {
  const compute = await call(smi, gpus, (list) => ["mig", "-dci", "-i", list]);
  return joinWords(compute, await call(smi, gpus, (list) => ["mig", "-dgi", "-i", list]));
}

async function call(smi: NvidiaSmi, gpus: readonly Gpu[], args: (list: string) => string[]): Promise<Words> {
  // Without a list nvidia-smi takes all GPUs.
  if (gpus.length === 0) return NO_WORDS;
  const answer = await smi.run(args(listOf(gpus)), CALL_MS + GPU_MS * gpus.length);
  return NOTHING_THERE.test(answer.stdout + answer.stderr) ? NO_WORDS : wordsOf(answer, gpus);
}
