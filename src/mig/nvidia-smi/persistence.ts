import type { Gpu } from "../model.ts";
import type { NvidiaSmi } from "../transport/model.ts";
import { busIn, listOf } from "./bus.ts";

const CALL_MS = 60_000;

/**
 * Does something while these GPUs are not in persistence mode, then puts back in it those that were.
 * Undefined, and nothing done, when none was.
 */
export async function withoutPersistence<Result>(
  smi: NvidiaSmi,
  gpus: readonly Gpu[],
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const kept = await persistentOf(smi, gpus);
  if (kept.length === 0) return undefined;
  const set = (mode: "0" | "1") => smi.run(["-i", listOf(kept), "-pm", mode], CALL_MS);
  await set("0");
  try {
    return await work();
  } finally {
    await set("1");
  }
}

async function persistentOf(smi: NvidiaSmi, gpus: readonly Gpu[]): Promise<Gpu[]> {
  const query = ["--query-gpu=pci.bus_id,persistence_mode", "--format=csv,noheader"];
  const { stdout } = await smi.run(["-i", listOf(gpus), ...query], CALL_MS);
  const enabled = stdout.split("\n").filter((line) => /, Enabled\s*$/.test(line));
  const buses = new Set(enabled.map(busIn));
  return gpus.filter(({ bus }) => buses.has(bus));
}
