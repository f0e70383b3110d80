import { type Call, type Endpoint, text, texts } from "../endpoint.ts";
import { type Data, refusal } from "../envelope.ts";
import { listed, onlyFields, projected } from "../listing.ts";
import { list, map, requiredText, type Schema, text as textField } from "../schema.ts";
import { addQueue, type Queue, timestamp } from "../state.ts";
import { defaultQueue, ownQueue, queuedIn, unqueue } from "./queue-entries.ts";
import { listeners } from "./workers.ts";

const SETTINGS: Schema = {
  name: textField,
  tags: list,
  system_tags: list,
  metadata: map,
  display_name: textField,
};
const FIELDS = [
  ...["id", "name", "display_name", "company", "user", "created", "tags", "system_tags"],
  ...["entries", "last_update", "metadata"],
];
/** Queues with this tag are left out unless asked for. */
const HIDDEN_TAG = "k8s-glue";

export const queueEndpoints: readonly Endpoint[] = [
  {
    name: "queues.create",
    version: "2.4",
    access: "user",
    fields: { ...SETTINGS, name: requiredText },
    handle: create,
  },
  {
    name: "queues.get_all",
    version: "2.4",
    access: "user",
    handle: (call) => {
      const { items, scrollId } = listed(call.state, visible(call), call.body);
      const fields = onlyFields(call.body);
      const queues = fields ? items.map((each) => projected(each, fields, FIELDS)) : items;
      return { queues, ...(scrollId ? { scroll_id: scrollId } : {}) };
    },
  },
  {
    name: "queues.get_all_ex",
    version: "2.4",
    access: "user",
    handle: (call) => ({
      queues: listed(call.state, visible(call), call.body).items.map((queue) => extended(call, queue)),
    }),
  },
  {
    name: "queues.get_by_id",
    version: "2.4",
    access: "user",
    fields: { queue: requiredText },
    handle: (call) => ({ queue: ownQueue(call, text(call.body, "queue")) }),
  },
  {
    name: "queues.get_default",
    version: "2.4",
    access: "user",
    handle: (call) => {
      const { id, name } = defaultQueue(call);
      return { id, name };
    },
  },
  {
    name: "queues.update",
    version: "2.4",
    access: "user",
    fields: { ...SETTINGS, queue: requiredText },
    handle: update,
  },
  {
    name: "queues.delete",
    version: "2.4",
    access: "user",
    fields: { queue: requiredText, force: { type: "bool" } },
    handle: remove,
  },
];

function create(call: Call): Data {
  const { state, identity, body } = call;
  const name = requireName(call, text(body, "name"));
  const queue = addQueue(state, {
    name,
    company: identity.company,
    tags: texts(body.tags),
    system_tags: texts(body.system_tags),
    metadata: (body.metadata ?? {}) as Data,
    ...(body.display_name ? { display_name: text(body, "display_name") } : {}),
  });
  return { id: queue.id };
}

/** Names are stripped, have three characters or more, and are unique in the company, upper and lower case apart. */
function requireName(call: Call, given: string, except?: Queue): string {
  const name = given.trim();
  if (name.length < 3) throw refusal(400, 800, undefined, { name: "String value is too short" });
  const { company } = call.identity;
  if (ownQueues(call).some((queue) => queue !== except && queue.name === name)) {
    throw refusal(400, 801, "unique field already contains this value", { name, company });
  }
  return name;
}

function ownQueues({ state, identity }: Call): Queue[] {
  return [...state.queues.values()].filter(({ company }) => company === identity.company);
}

function visible(call: Call): Queue[] {
  const { id, name, search_hidden } = call.body;
  const all = ownQueues(call);
  if (id || name || search_hidden === true) return all;
  return all.filter((queue) => !queue.system_tags.includes(HIDDEN_TAG));
}

function extended(call: Call, queue: Queue): Data {
  const { state } = call;
  const entries = queue.entries.map(({ task, added }) => ({
    task: { id: task, ...(state.tasks.has(task) ? { name: state.tasks.get(task)?.name } : {}) },
    added,
  }));
  return { ...queue, company: { id: queue.company }, entries, workers: listeners(state, queue) };
}

function update(call: Call): Data {
  const queue = ownQueue(call, text(call.body, "queue"));
  const fields: Data = {};
  for (const field of Object.keys(SETTINGS)) {
    const value = call.body[field];
    if (value !== undefined) {
      fields[field] = field === "name" ? requireName(call, text(call.body, "name"), queue) : value;
    }
  }
  Object.assign(queue, fields);
  return { fields, updated: 1 };
}

function remove(call: Call): Data {
  const { state, body } = call;
  const queue = ownQueue(call, text(body, "queue"));
  if (queue.entries.length > 0 && body.force !== true) {
    throw refusal(400, 702, "use force=true to delete", { id: queue.id });
  }
  for (const task of queuedIn(state, queue)) {
    unqueue(task);
    task.status = "created";
    task.status_reason = `Queue ${queue.id} was deleted`;
    task.last_update = timestamp(state);
  }
  state.queues.delete(queue.id);
  return { deleted: 1 };
}
