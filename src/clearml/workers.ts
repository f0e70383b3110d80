import { z } from "zod";
import type { ClearmlApi } from "./api.ts";
import { unreadable } from "./errors.ts";

/** An agent that has reported to the server. */
export interface Worker {
  id: string;
  /** Queues it takes tasks from. */
  queues: readonly { id: string; name: string }[];
}

const WORKERS = z.object({
  workers: z.array(
    z.object({
      id: z.string(),
      queues: z.array(z.object({ id: z.string(), name: z.string().nullish() })).default([]),
    }),
  ),
});

/** Agents of the company of the key that were heard of in the last `seconds`. */
export async function listWorkers(api: ClearmlApi, seconds: number): Promise<Worker[]> {
  const found = WORKERS.safeParse(await api.call("workers.get_all", { last_seen: seconds }));
  if (!found.success) throw unreadable({ url: api.url, endpoint: "workers.get_all" }, "a list of agents");
  return found.data.workers.map(({ id, queues }) => ({
    id,
    queues: queues.map((queue) => ({ id: queue.id, name: queue.name ?? queue.id })),
  }));
}
