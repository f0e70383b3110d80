import { type Call, type Endpoint, text, texts } from "../endpoint.ts";
import { type Data, refusal } from "../envelope.ts";
import { compareText } from "../listing.ts";
import { list, requiredText } from "../schema.ts";
import { type Queue, type State, timestamp, type Worker } from "../state.ts";

const DEFAULT_LAST_SEEN_S = 3600;
const DEFAULT_TIMEOUT_S = 600;

export const workerEndpoints: readonly Endpoint[] = [
  {
    name: "workers.register",
    version: "2.4",
    access: "user",
    fields: { worker: requiredText, queues: list, tags: list, system_tags: list, timeout: { type: "int" } },
    handle: register,
  },
  {
    name: "workers.unregister",
    version: "2.4",
    access: "user",
    fields: { worker: requiredText },
    handle: (call) => {
      // No error when it was not registered.
      call.state.workers.delete(workerKey(call, text(call.body, "worker")));
      return {};
    },
  },
  {
    name: "workers.status_report",
    version: "2.4",
    access: "user",
    fields: { worker: requiredText, timestamp: { type: "int", required: true }, queues: list, tags: list },
    handle: report,
  },
  {
    name: "workers.get_all",
    version: "2.4",
    access: "user",
    fields: { last_seen: { type: "int" } },
    handle: (call) => ({ workers: seen(call).map((worker) => shown(call.state, worker)) }),
  },
  {
    name: "workers.get_count",
    version: "1.0",
    access: "user",
    fields: { last_seen: { type: "int" } },
    handle: (call) => ({ count: seen(call).length }),
  },
];

function register(call: Call): Data {
  const { body } = call;
  const queues = texts(body.queues);
  const unknown = queues.filter((id) => call.state.queues.get(id)?.company !== call.identity.company);
  if (unknown.length > 0) throw refusal(400, 701, undefined, { ids: unknown });
  const worker = newWorker(call, text(body, "worker"));
  worker.queues = queues;
  worker.tags = texts(body.tags);
  worker.systemTags = texts(body.system_tags);
  worker.timeout = Number(body.timeout ?? DEFAULT_TIMEOUT_S);
  call.state.workers.set(workerKey(call, worker.id), worker);
  return {};
}

/** A report replaces what the registration said, also with nothing. */
function report(call: Call): Data {
  const { state, body } = call;
  const key = workerKey(call, text(body, "worker"));
  const worker = state.workers.get(key) ?? newWorker(call, text(body, "worker"));
  const now = state.now();
  Object.assign(worker, { lastActivity: now, lastReport: now, tags: texts(body.tags) });
  if (body.queues !== undefined) worker.queues = texts(body.queues);
  delete worker.queue;
  delete worker.task;
  if (body.queue) worker.queue = text(body, "queue");
  if (body.task) worker.task = text(body, "task");
  const task = state.tasks.get(worker.task ?? "");
  if (task) Object.assign(task, { last_worker: worker.id, last_worker_report: timestamp(state) });
  state.workers.set(key, worker);
  return {};
}

function newWorker({ state, identity, address }: Call, id: string): Worker {
  const now = state.now();
  return {
    ...{ id, company: identity.company, user: identity.user, ip: address },
    ...{
      queues: [],
      tags: [],
      systemTags: [],
      timeout: DEFAULT_TIMEOUT_S,
      registered: now,
      lastActivity: now,
    },
  };
}

function workerKey({ identity }: Call, id: string): string {
  return `worker_${identity.company}_${identity.user}_${id}`;
}

/** Workers of the company that were active within `last_seen` seconds (0: all). */
function seen({ state, identity, body }: Call): Worker[] {
  const seconds = Number(body.last_seen ?? DEFAULT_LAST_SEEN_S);
  const since = seconds === 0 ? Number.NEGATIVE_INFINITY : state.now() - seconds * 1000;
  const wanted = [texts(body.tags), texts(body.system_tags)] as const;
  const matches = (asked: readonly string[], present: readonly string[]) =>
    asked.length === 0 || asked.some((tag) => present.includes(tag));
  return [...state.workers.values()]
    .filter(({ company, lastActivity }) => company === identity.company && lastActivity >= since)
    .filter((worker) => matches(wanted[0], worker.tags) && matches(wanted[1], worker.systemTags))
    .sort((a, b) => compareText(a.id, b.id));
}

function shown(state: State, worker: Worker): Data {
  const task = state.tasks.get(worker.task ?? "");
  return {
    id: worker.id,
    company: { id: worker.company, name: state.companies.get(worker.company)?.name },
    user: { id: worker.user, name: state.logins.get(worker.user)?.name },
    ip: worker.ip,
    key: `worker_${worker.company}_${worker.user}_${worker.id}`,
    tags: worker.tags,
    system_tags: worker.systemTags,
    queues: worker.queues.map((id) => shownQueue(state, id)),
    ...(worker.queue ? { queue: shownQueue(state, worker.queue) } : {}),
    ...(task ? { task: { id: task.id, name: task.name, last_iteration: 0, running_time: 0 } } : {}),
    register_time: timestamp(state, worker.registered),
    register_timeout: worker.timeout,
    last_activity_time: timestamp(state, worker.lastActivity),
    ...(worker.lastReport === undefined ? {} : { last_report_time: timestamp(state, worker.lastReport) }),
  };
}

function shownQueue(state: State, id: string): Data {
  const queue = state.queues.get(id);
  return { id, name: queue?.name, num_tasks: queue?.entries.length ?? 0 };
}

/** The workers of a queue, as `queues.get_all_ex` shows them. */
export function listeners(state: State, queue: Queue): Data[] {
  return [...state.workers.entries()]
    .filter(([, worker]) => worker.queues.includes(queue.id))
    .map(([key, { id: name, ip, task: taskId }]) => {
      const task = state.tasks.get(taskId ?? "");
      return { name, ip, key, ...(task ? { task: { id: task.id, name: task.name } } : {}) };
    });
}
