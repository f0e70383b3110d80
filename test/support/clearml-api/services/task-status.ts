import { type Call, type Endpoint, text, texts } from "../endpoint.ts";
import { type Data, refusal } from "../envelope.ts";
import { requiredText, text as textField } from "../schema.ts";
import { type Queue, type Task, timestamp } from "../state.ts";
import { addEntry, defaultQueue, dequeue, ownQueue } from "./queue-entries.ts";
import { ownTask, touched } from "./tasks.ts";

const CHANGE = { task: requiredText, status_reason: textField, status_message: textField };

export const taskStatusEndpoints: readonly Endpoint[] = [
  {
    name: "tasks.enqueue",
    version: "1.0",
    access: "user",
    fields: { ...CHANGE, queue: textField, queue_name: textField, verify_watched_queue: { type: "bool" } },
    handle: enqueue,
  },
  {
    name: "tasks.dequeue",
    version: "1.0",
    access: "user",
    fields: CHANGE,
    handle: (call) => {
      const task = ownTask(call);
      if (task.status !== "queued") throw wrongStatus(task, "created");
      dequeue(call.state, task);
      return { dequeued: 1, updated: 1, fields: changed(call, task, "created") };
    },
  },
  {
    name: "tasks.started",
    version: "1.0",
    access: "user",
    fields: CHANGE,
    handle: (call) => {
      const task = ownTask(call);
      const started = task.started === undefined ? { started: timestamp(call.state) } : {};
      return { fields: changed(call, task, "in_progress", started), started: 1, updated: 1 };
    },
  },
  { name: "tasks.stop", version: "1.0", access: "user", fields: CHANGE, handle: stop },
  {
    name: "tasks.stopped",
    version: "1.0",
    access: "user",
    fields: CHANGE,
    handle: (call) => {
      const task = ownTask(call);
      const completed = { completed: timestamp(call.state) };
      return { fields: changed(call, task, "stopped", completed), updated: 1 };
    },
  },
  {
    name: "tasks.delete",
    version: "1.0",
    access: "user",
    fields: { task: requiredText, force: { type: "bool" } },
    handle: remove,
  },
];

function enqueue(call: Call): Data {
  const { state, body } = call;
  const task = ownTask(call);
  const queue = wantedQueue(call);
  if (task.status === "queued") {
    // The refusal leaves its mark.
    task.status_reason = "failed enqueueing";
    throw refusal(400, 706, undefined, { task: task.id });
  }
  const enqueue_status = task.status;
  addEntry(state, queue, task.id);
  const fields = changed(call, task, "queued", { enqueue_status });
  task.execution = { ...task.execution, queue: queue.id };
  const watched = [...state.workers.values()].some(({ queues }) => queues.includes(queue.id));
  return {
    fields: { ...fields, "execution.queue": queue.id },
    queued: 1,
    updated: 1,
    ...(body.verify_watched_queue === true ? { queue_watched: watched } : {}),
  };
}

function wantedQueue(call: Call): Queue {
  const { state, identity, body } = call;
  const id = text(body, "queue");
  if (id) return ownQueue(call, id);
  const name = text(body, "queue_name");
  if (!name) return defaultQueue(call);
  const { company } = identity;
  const queue = [...state.queues.values()].find((each) => each.company === company && each.name === name);
  if (!queue) throw refusal(400, 701, undefined, { name, company });
  return queue;
}

/** A task a worker runs is asked to stop; any other is stopped. */
function stop(call: Call): Data {
  const task = ownTask(call);
  if (task.status !== "queued" && task.status !== "in_progress") throw wrongStatus(task, "stopped");
  const byWorker = task.last_worker !== undefined && !texts(task.system_tags).includes("development");
  if (task.status === "in_progress" && byWorker) {
    return { fields: changed(call, task, "in_progress", { status_message: "stopping" }), updated: 1 };
  }
  dequeue(call.state, task);
  const stopped = {
    status_message: `Stopped by ${call.identity.userName}`,
    completed: timestamp(call.state),
  };
  return { fields: changed(call, task, "stopped", stopped), updated: 1 };
}

function remove(call: Call): Data {
  const { state, body } = call;
  const task = ownTask(call);
  if (task.status !== "created" && body.force !== true) {
    const fields = { task: task.id, expected: "created", current: task.status };
    throw refusal(400, 123, "due to status, use force=True", fields);
  }
  dequeue(state, task);
  state.tasks.delete(task.id);
  return { deleted: true, updated_children: 0, updated_models: 0, deleted_models: 0, urls: null };
}

function changed(call: Call, task: Task, status: string, more: Data = {}): Data {
  const fields = {
    status,
    status_reason: text(call.body, "status_reason"),
    status_message: text(call.body, "status_message"),
    status_changed: timestamp(call.state),
    ...touched(call),
    ...more,
  };
  Object.assign(task, fields);
  return fields;
}

function wrongStatus(task: Task, wanted: string) {
  return refusal(400, 110, undefined, { current_status: task.status, new_status: wanted });
}
