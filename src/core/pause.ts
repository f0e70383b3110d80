import { setTimeout as sleep } from "node:timers/promises";

/** Waits; not at all once the run is cancelled. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
