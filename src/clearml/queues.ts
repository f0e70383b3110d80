import { z } from "zod";
import type { ClearmlApi } from "./api.ts";
import { isAnswer, unreadable } from "./errors.ts";
import { allPages } from "./pages.ts";
import { exactly } from "./pattern.ts";

const QUEUES = z.object({ queues: z.array(z.object({ name: z.string() })) });

/** Which of `names` exist in the company of `user`, hidden queues included. */
export async function existingQueues(
  api: ClearmlApi,
  user: string,
  names: readonly string[],
): Promise<string[]> {
  if (names.length === 0) return [];
  const body = { name: exactly(names), only_fields: ["name"], search_hidden: true };
  const found = QUEUES.safeParse(await api.call("queues.get_all", body, { impersonate: user }));
  if (!found.success) throw unreadable({ url: api.url, endpoint: "queues.get_all" }, "a list of queues");
  const present = new Set(found.data.queues.map(({ name }) => name));
  return names.filter((name) => present.has(name));
}

/** Creates a queue in the company of `user`; false when it was there. Names are unique, so it may be sent again. */
export async function createQueue(api: ClearmlApi, user: string, name: string): Promise<boolean> {
  try {
    await api.call("queues.create", { name }, { impersonate: user, repeatable: true });
    return true;
  } catch (thrown) {
    if (isAnswer(thrown, 400, 801)) return false;
    throw thrown;
  }
}

export interface Queue {
  id: string;
  name: string;
  /** Tasks that wait in it. */
  entries: number;
}

const FULL_QUEUES = z.object({
  queues: z.array(z.object({ id: z.string(), name: z.string(), entries: z.array(z.unknown()).default([]) })),
});

/** All queues of the company of `user`, hidden ones included. */
export async function listQueues(api: ClearmlApi, user: string): Promise<Queue[]> {
  return allPages(async (page) => {
    const body = { only_fields: ["id", "name", "entries"], search_hidden: true, order_by: ["id"], ...page };
    const found = FULL_QUEUES.safeParse(await api.call("queues.get_all", body, { impersonate: user }));
    if (!found.success) throw unreadable({ url: api.url, endpoint: "queues.get_all" }, "a list of queues");
    return found.data.queues.map(({ entries, ...queue }) => ({ ...queue, entries: entries.length }));
  });
}

/** Deletes a queue of the company of `user` with what waits in it; one that is gone already is no error. */
export async function deleteQueue(api: ClearmlApi, user: string, queue: string): Promise<void> {
  try {
    await api.call("queues.delete", { queue, force: true }, { impersonate: user, repeatable: true });
  } catch (thrown) {
    if (!isAnswer(thrown, 400, 701)) throw thrown;
  }
}

const ENTRIES = z.object({
  queue: z.object({ entries: z.array(z.object({ task: z.string() })).default([]) }),
});

/** How many tasks wait before this one in a queue of the key's own company; undefined when it does not wait there. */
export async function entriesAhead(
  api: ClearmlApi,
  queue: string,
  task: string,
): Promise<number | undefined> {
  const found = ENTRIES.safeParse(await api.call("queues.get_by_id", { queue }));
  if (!found.success) throw unreadable({ url: api.url, endpoint: "queues.get_by_id" }, "a queue");
  const at = found.data.queue.entries.findIndex((entry) => entry.task === task);
  return at === -1 ? undefined : at;
}
