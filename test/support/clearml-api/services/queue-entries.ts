import { type Call, type Endpoint, text } from "../endpoint.ts";
import { type Data, refusal } from "../envelope.ts";
import { requiredText } from "../schema.ts";
import { type Queue, type State, type Task, timestamp } from "../state.ts";

const ENTRY = { queue: requiredText, task: requiredText };

export const queueEntryEndpoints: readonly Endpoint[] = [
  {
    name: "queues.add_task",
    version: "2.4",
    access: "user",
    fields: ENTRY,
    handle: (call) => {
      // Whether the task exists is not checked.
      addEntry(call.state, ownQueue(call, text(call.body, "queue")), text(call.body, "task"));
      return { added: 1 };
    },
  },
  {
    name: "queues.remove_task",
    version: "2.4",
    access: "user",
    fields: ENTRY,
    handle: (call) => {
      const task = text(call.body, "task");
      const queue = ownQueue(call, text(call.body, "queue"));
      const at = queue.entries.findIndex((entry) => entry.task === task);
      if (at < 0) throw refusal(400, 703, undefined, { queue: queue.id, task });
      queue.entries.splice(at, 1);
      queue.last_update = timestamp(call.state);
      return { removed: 1 };
    },
  },
  {
    name: "queues.get_next_task",
    version: "1.0",
    access: "user",
    fields: { queue: requiredText, get_task_info: { type: "bool" } },
    handle: getNextTask,
  },
];

function getNextTask(call: Call): Data {
  const { state, body } = call;
  const queue = ownQueue(call, text(body, "queue"));
  const entry = queue.entries.shift();
  if (!entry) return {};
  queue.last_update = timestamp(state);
  const task = state.tasks.get(entry.task);
  const info = task && body.get_task_info === true ? { company: task.company, user: task.user } : undefined;
  return { entry, ...(info ? { task_info: info } : {}) };
}

/** A queue of the caller's company. @throws ApiError 400/701 */
export function ownQueue({ state, identity }: Call, id: string): Queue {
  const queue = state.queues.get(id);
  if (queue?.company === identity.company) return queue;
  throw refusal(400, 701, undefined, { id, company: identity.company });
}

/** @throws ApiError 400/707 or 400/708 unless exactly one queue is tagged */
export function defaultQueue({ state, identity }: Call): Queue {
  const tagged = [...state.queues.values()].filter(
    (queue) => queue.company === identity.company && queue.system_tags.includes("default"),
  );
  const [first] = tagged;
  if (!first) throw refusal(400, 707);
  if (tagged.length > 1) throw refusal(400, 708, undefined, { queues: tagged.map(({ id }) => id) });
  return first;
}

/** @throws ApiError 400/706 when the task is in the queue */
export function addEntry(state: State, queue: Queue, task: string): void {
  if (queue.entries.some((entry) => entry.task === task)) throw refusal(400, 706, undefined, { task });
  const added = timestamp(state);
  queue.entries.push({ task, added });
  queue.last_update = added;
}

export function queuedIn(state: State, queue: Queue): Task[] {
  return queue.entries.flatMap(({ task }) => state.tasks.get(task) ?? []);
}

/** Forgets which queue a task waits in. */
export function unqueue(task: Task): void {
  delete task.execution.queue;
  delete task.enqueue_status;
}

/** Takes a task out of the queue it waits in. */
export function dequeue(state: State, task: Task): void {
  for (const queue of state.queues.values()) {
    queue.entries = queue.entries.filter((entry) => entry.task !== task.id);
  }
  unqueue(task);
}
