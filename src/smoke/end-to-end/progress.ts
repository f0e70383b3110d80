import type { ClearmlApi } from "../../clearml/api.ts";
import { entriesAhead } from "../../clearml/queues.ts";
import type { Task } from "../../clearml/tasks.ts";
import { plural } from "../../core/plural.ts";
import type { Probe } from "../model.ts";
import type { ServedQueue } from "./queue.ts";

const EVERY_MS = 10_000;

/** Tells how a task is getting on: when that changes, and every ten seconds. */
export function createProgress(
  api: ClearmlApi,
  { context }: Pick<Probe, "context">,
  queue: ServedQueue,
): (task: Task) => Promise<void> {
  let told = "";
  let toldAt = Date.now();
  return async (task) => {
    const state = [task.status, task.reason, task.message].join("\n");
    if (state === told && Date.now() - toldAt < EVERY_MS) return;
    [told, toldAt] = [state, Date.now()];
    const ahead = task.status === "queued" ? await entriesAhead(api, queue.id, task.id) : undefined;
    context.log.info(`end to end: ${words(task, ahead)}`);
  };
}

function words({ status, reason, message, worker }: Task, ahead: number | undefined): string {
  const said = message || reason;
  if (ahead === 0) return "the task is the next of its queue";
  if (ahead !== undefined) return `the task is queued behind ${plural(ahead, "other")}`;
  if (status === "queued") return `an agent has taken the task${said ? `: ${said}` : ""}`;
  if (status === "in_progress")
    return `the task runs${worker ? ` on ${worker}` : ""}${said ? `: ${said}` : ""}`;
  return `the task is ${status}${said ? `: ${said}` : ""}`;
}
