import { z } from "zod";
import type { ClearmlApi } from "./api.ts";
import { isAnswer, unreadable } from "./errors.ts";
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
