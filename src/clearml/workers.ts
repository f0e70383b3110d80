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

/**
 * Agents that were heard of in the last `seconds`.
 * @param user whose company is meant; without one that of the key
 */
export async function listWorkers(api: ClearmlApi, seconds: number, user?: string): Promise<Worker[]> {
  const as = user === undefined ? {} : { impersonate: user };
  const found = WORKERS.safeParse(await api.call("workers.get_all", { last_seen: seconds }, as));
  if (!found.success) throw unreadable({ url: api.url, endpoint: "workers.get_all" }, "a list of agents");
  return found.data.workers.map(({ id, queues }) => ({
    id,
    queues: queues.map((queue) => ({ id: queue.id, name: queue.name ?? queue.id })),
  }));
}
