import { z } from "zod";
import type { ClearmlApi } from "./api.ts";
import { isAnswer, isRefusal, unreadable } from "./errors.ts";
import { allPages } from "./pages.ts";

/** A task whose only code is one Python file. */
export interface NewTask {
  name: string;
  comment: string;
  tags: readonly string[];
  /** The Python code. */
  code: string;
  /** What pip installs for it, one per line. */
  requirements: string;
}

export interface Task {
  id: string;
  /** `created`, `queued`, `in_progress`, `stopped`, `failed`, `completed` … */
  status: string;
  /** Why it has this status, in the words of who set it. */
  reason: string;
  message: string;
  /** Agent that has or had it. */
  worker?: string;
  tags: readonly string[];
  systemTags: readonly string[];
  runtime: Readonly<Record<string, unknown>>;
}

const TASK = z
  .object({
    id: z.string(),
    status: z.string().default("unknown"),
    status_reason: z.string().nullish(),
    status_message: z.string().nullish(),
    last_worker: z.string().nullish(),
    tags: z.array(z.string()).default([]),
    system_tags: z.array(z.string()).default([]),
    runtime: z.record(z.string(), z.unknown()).nullish(),
  })
  .transform(
    (task): Task => ({
      ...{ id: task.id, status: task.status, tags: task.tags, systemTags: task.system_tags },
      ...{ reason: task.status_reason ?? "", message: task.status_message ?? "" },
      ...(task.last_worker ? { worker: task.last_worker } : {}),
      runtime: task.runtime ?? {},
    }),
  );
const TASKS = z.object({ tasks: z.array(TASK) });
const FIELDS = ["status", "status_reason", "status_message", "last_worker", "tags", "system_tags", "runtime"];
const CREATED = z.object({ id: z.string() });
const LOG = z.object({ events: z.array(z.object({ msg: z.string().default("") })) });

/** Creates a task of type `testing`; it waits in no queue yet. Every call makes another one. */
export async function createTask(api: ClearmlApi, task: NewTask): Promise<string> {
  const { name, comment, tags, code, requirements } = task;
  const created = CREATED.safeParse(
    await api.call("tasks.create", {
      ...{ name, comment, tags, type: "testing" },
      // Without a repository an agent writes `diff` into the file `entry_point`.
      script: {
        ...{ repository: "", branch: "", working_dir: ".", entry_point: "main.py", binary: "python3" },
        diff: code,
        requirements: { pip: requirements },
      },
    }),
  );
  if (!created.success) throw unreadable({ url: api.url, endpoint: "tasks.create" }, "the id of the task");
  return created.data.id;
}

/** Puts a task into a queue; one that waits there already is left there, so it may be sent again. */
export async function enqueueTask(api: ClearmlApi, task: string, queue: string): Promise<void> {
  try {
    await api.call("tasks.enqueue", { task, queue }, { repeatable: true });
  } catch (thrown) {
    if (!isAnswer(thrown, 400, 706)) throw thrown;
  }
}

/** A task as it is now; undefined when it is gone. */
export async function readTask(api: ClearmlApi, task: string): Promise<Task | undefined> {
  const data = await api.call("tasks.get_by_id_ex", { id: [task], only_fields: FIELDS });
  return listed(api, "tasks.get_by_id_ex", data)[0];
}

/** The tasks with a tag in the company of the key. */
export async function tasksWithTag(api: ClearmlApi, tag: string): Promise<Task[]> {
  return allPages(async (page) => {
    const body = { tags: [tag], only_fields: FIELDS, order_by: ["id"], ...page };
    return listed(api, "tasks.get_all_ex", await api.call("tasks.get_all_ex", body));
  });
}

/** Stops a task; one that an agent runs is only asked to, and one that has ended is left as it is. */
export async function stopTask(api: ClearmlApi, task: string, reason: string): Promise<void> {
  await ifPossible(
    api.call("tasks.stop", { task, status_reason: reason, force: true }, { repeatable: true }),
  );
}

/** Deletes a task whatever its status; false when it was gone. */
export async function deleteTask(api: ClearmlApi, task: string): Promise<boolean> {
  try {
    await api.call("tasks.delete", { task, force: true }, { repeatable: true });
    return true;
  } catch (thrown) {
    if (isAnswer(thrown, 400, 101)) return false;
    throw thrown;
  }
}

/** The last lines that a task has printed, oldest first; none when the server cannot tell. */
export async function lastLines(api: ClearmlApi, task: string, count: number): Promise<string[]> {
  try {
    const body = { task, batch_size: 100, navigate_earlier: true, order: "desc" };
    const log = LOG.safeParse(await api.call("events.get_task_log", body));
    // Newest first; one event may hold several lines.
    const newest = (log.data?.events ?? []).toReversed().flatMap(({ msg }) => msg.split("\n"));
    return newest.filter((line) => line.trim() !== "").slice(-count);
  } catch {
    return [];
  }
}

function listed(api: ClearmlApi, endpoint: string, data: unknown): Task[] {
  const found = TASKS.safeParse(data);
  if (!found.success) throw unreadable({ url: api.url, endpoint }, "a list of tasks");
  return found.data.tasks;
}

async function ifPossible(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
  }
}
