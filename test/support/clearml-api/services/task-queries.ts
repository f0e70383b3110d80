import { type Call, texts } from "../endpoint.ts";
import { type Data, refusal } from "../envelope.ts";
import { expression, isMap, listed, onlyFields, projected, valueAt } from "../listing.ts";
import type { State, Task } from "../state.ts";

const FIELDS = [
  ...["id", "company", "user", "name", "type", "status", "status_reason", "status_message", "status_changed"],
  ...["comment", "parent", "project", "created", "started", "completed", "last_update", "last_change"],
  ...["last_changed_by", "last_iteration", "last_metrics", "last_worker", "last_worker_report", "output"],
  ...[
    "execution",
    "enqueue_status",
    "script",
    "container",
    "hyperparams",
    "configuration",
    "runtime",
    "models",
  ],
  ...["tags", "system_tags", "report_assets", "unique_metrics", "metric_stats", "active_duration"],
];

/** Old style: `id` is looked for by hand, so its absence is 400/11. Unknown ids are left out. */
export function getByIdEx(call: Call): Data {
  if (call.body.id === undefined) throw refusal(400, 11, undefined, { missing: ["id"] });
  return getAllEx(call);
}

export function getAllEx({ state, identity, body }: Call): Data {
  const statuses = texts(body.status);
  const own = [...state.tasks.values()].filter(
    (task) =>
      task.company === identity.company &&
      (statuses.length === 0 || statuses.includes(task.status)) &&
      matchesAny(task, body._any_),
  );
  const { items, scrollId } = listed(state, own, body);
  const fields = onlyFields(body);
  const tasks = items.map((task) => {
    const whole = withReferences(state, task);
    return fields ? projectedTask(whole, fields) : whole;
  });
  return { tasks, ...(scrollId ? { scroll_id: scrollId } : {}) };
}

/** The id always comes along, also inside a reference of which only a part is asked for. */
function projectedTask(task: Data, fields: readonly string[]): Data {
  const result = projected(task, ["id", ...fields], FIELDS);
  if (!isMap(result.execution)) {
    return fields.some((field) => field.startsWith("execution.")) ? { ...result, execution: {} } : result;
  }
  const queue = valueAt(result, "execution.queue");
  if (!isMap(queue)) return result;
  return {
    ...result,
    execution: { ...result.execution, queue: { id: valueAt(task, "execution.queue.id"), ...queue } },
  };
}

function withReferences(state: State, task: Data): Data {
  const id = valueAt(task, "execution.queue");
  if (typeof id !== "string" || !isMap(task.execution)) return task;
  const queue = { id, name: state.queues.get(id)?.name };
  return { ...task, execution: { ...task.execution, queue } };
}

function matchesAny(task: Task, any: unknown): boolean {
  if (!isMap(any)) return true;
  const pattern = expression(typeof any.pattern === "string" ? any.pattern : "");
  return texts(any.fields).some((field) => {
    const value = valueAt(task, field);
    return typeof value === "string" && pattern.test(value);
  });
}

/** The database allows no dot in a key; answers show it escaped. */
export function escapedKeys(value: unknown): Data {
  if (!isMap(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key.replaceAll(".", "%2E"), each]));
}
