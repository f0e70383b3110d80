import { type Call, type Endpoint, text, texts } from "../endpoint.ts";
import { type Data, newId, refusal } from "../envelope.ts";
import { isMap } from "../listing.ts";
import { list, map, requiredText, type Schema, text as textField } from "../schema.ts";
import { type State, type Task, timestamp } from "../state.ts";
import { escapedKeys, getAllEx, getByIdEx } from "./task-queries.ts";

const TYPES = [
  ...["training", "testing", "inference", "data_processing", "application", "monitor", "controller"],
  ...["optimizer", "service", "qc", "custom", "report"],
];
const SETTINGS: Schema = {
  name: textField,
  tags: list,
  system_tags: list,
  type: { type: "str", choices: TYPES },
  comment: textField,
  parent: textField,
  project: textField,
  script: map,
  container: map,
  hyperparams: map,
  configuration: map,
  runtime: map,
};
/** Changing only these leaves `last_update` alone. */
const LABELS = ["name", "comment", "tags", "system_tags", "project", "parent"];

export const taskEndpoints: readonly Endpoint[] = [
  {
    name: "tasks.create",
    version: "1.0",
    access: "user",
    fields: { ...SETTINGS, name: requiredText, type: { type: "str", choices: TYPES, required: true } },
    handle: create,
  },
  {
    name: "tasks.get_by_id",
    version: "1.0",
    access: "user",
    fields: { task: requiredText },
    handle: (call) => {
      // `only_fields` means nothing here.
      const id = text(call.body, "task");
      const task = call.state.tasks.get(id);
      if (task?.company !== call.identity.company) throw refusal(400, 101, undefined, { ids: [id] });
      return { task };
    },
  },
  { name: "tasks.get_by_id_ex", version: "1.0", access: "user", handle: getByIdEx },
  { name: "tasks.get_all_ex", version: "1.0", access: "user", handle: getAllEx },
  {
    name: "tasks.set_requirements",
    version: "1.0",
    access: "user",
    fields: { task: requiredText, requirements: { type: "dict", required: true } },
    handle: (call) => {
      const task = ownTask(call);
      task.script = { ...(isMap(task.script) ? task.script : {}), requirements: call.body.requirements };
      Object.assign(task, touched(call));
      return { fields: {}, updated: 1 };
    },
  },
  {
    name: "tasks.edit",
    version: "1.0",
    access: "user",
    fields: { ...SETTINGS, task: requiredText },
    handle: edit,
  },
  {
    name: "tasks.edit_runtime",
    version: "1.0",
    access: "user",
    fields: { task: requiredText, add_or_update: map, remove: list },
    handle: editRuntime,
  },
  {
    name: "tasks.ping",
    version: "1.0",
    access: "user",
    fields: { task: requiredText },
    handle: (call) => {
      ownTask(call).last_update = timestamp(call.state);
      return {};
    },
  },
];

/** A task of the caller's company, named by the body. @throws ApiError 400/101 */
export function ownTask({ state, identity, body }: Call): Task {
  const id = text(body, "task");
  const task = state.tasks.get(id);
  if (task?.company === identity.company) return task;
  throw refusal(400, 101, undefined, { id, company: identity.company });
}

function create(call: Call): Data {
  const { state, identity, body } = call;
  const name = requireName(text(body, "name"));
  const task = { ...blankTask(state, identity.user, identity.company), name, type: body.type };
  for (const field of Object.keys(SETTINGS)) {
    const value = body[field];
    if (value === undefined || field === "name" || field === "type") continue;
    const inner = field === "script" && isMap(value) ? { ...task.script, ...value } : value;
    Object.assign(task, { [field]: field === "runtime" ? escapedKeys(inner) : inner });
  }
  state.tasks.set(task.id, task);
  return { id: task.id };
}

function requireName(given: string): string {
  const name = given.trim();
  if (name.length < 3) throw refusal(400, 800, undefined, { name: "String value is too short" });
  return name;
}

function blankTask(state: State, user: string, company: string) {
  const now = timestamp(state);
  return {
    ...{ id: newId(), company, user, status: "created", report_assets: [], created: now, output: {} },
    execution: { test_split: 0, parameters: {}, model_desc: {}, model_labels: {}, artifacts: [] } as Data,
    ...{ tags: [], system_tags: [] },
    script: { binary: "python", repository: "", entry_point: "", requirements: {} },
    ...{ last_update: now, last_change: now, last_changed_by: user, last_iteration: 0, last_metrics: {} },
    ...{ unique_metrics: [], metric_stats: {}, hyperparams: {}, configuration: {}, runtime: {} },
    ...{ models: { input: [], output: [] }, container: {} },
  };
}

/** What every change notes on the task. */
export function touched({ state, identity }: Call) {
  const now = timestamp(state);
  return { last_update: now, last_change: now, last_changed_by: identity.user };
}

function edit(call: Call): Data {
  const task = ownTask(call);
  const given = Object.keys(SETTINGS).filter((field) => call.body[field] !== undefined);
  const fields = Object.fromEntries(given.map((field) => [field, call.body[field]]));
  if (fields.name !== undefined) fields.name = requireName(text(call.body, "name"));
  const { last_update, ...change } = touched(call);
  const labelsOnly = given.every((field) => LABELS.includes(field));
  Object.assign(fields, change, labelsOnly ? {} : { last_update });
  // `runtime` is replaced as a whole.
  Object.assign(task, fields, fields.runtime === undefined ? {} : { runtime: escapedKeys(fields.runtime) });
  return { fields, updated: 1 };
}

/** Merges into the runtime, in every status. */
function editRuntime(call: Call): Data {
  const task = ownTask(call);
  const { add_or_update: added, remove } = call.body;
  if (added === undefined && remove === undefined) return { updated: 0 };
  const runtime = { ...task.runtime, ...escapedKeys(added ?? {}) };
  for (const key of texts(remove)) delete runtime[key.replaceAll(".", "%2E")];
  task.runtime = runtime;
  Object.assign(task, touched(call));
  return { updated: 1 };
}
