import { expect, vi } from "vitest";
import type { TestGateway } from "../gateway/gateway.ts";
import { type Conduct, type SmokeWorker, startSmokeWorker } from "./worker.ts";

/** Works with an agent of its own queue, and sees that nothing is left of its tasks. */
export async function withWorker(
  gateway: TestGateway,
  name: string,
  conduct: Partial<Conduct>,
  work: (own: SmokeWorker) => Promise<void>,
): Promise<void> {
  const own = await startSmokeWorker(gateway, { name, conduct });
  try {
    await work(own);
    expect(own.tasks()).toEqual([]);
    if (conduct.agent !== "deaf") await hasStopped(own);
  } finally {
    await own.stop();
  }
}

/** Waits until no code runs any more. */
export async function hasStopped({ running }: SmokeWorker): Promise<void> {
  await vi.waitFor(() => expect([...running.keys()]).toEqual([]), { timeout: 10_000 });
}
