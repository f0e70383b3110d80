import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ClearmlApi, connectClearml } from "../../../src/clearml/api.ts";
import { entriesAhead } from "../../../src/clearml/queues.ts";
import {
  createTask,
  deleteTask,
  enqueueTask,
  lastLines,
  type NewTask,
  readTask,
  stopTask,
  tasksWithTag,
} from "../../../src/clearml/tasks.ts";
import { listWorkers } from "../../../src/clearml/workers.ts";
import { createHttp } from "../../../src/core/http.ts";
import { createSecrets } from "../../../src/core/secrets.ts";
import { startClearmlApi } from "../../support/clearml-api/server.ts";

const NEW: NewTask = { name: "smoke", comment: "", tags: ["one"], code: "print(1)", requirements: "clearml" };

let server: Awaited<ReturnType<typeof startClearmlApi>>;
let api: ClearmlApi;
let queue: string;
beforeEach(async () => {
  server = await startClearmlApi();
  const http = createHttp(new AbortController().signal);
  api = connectClearml({ ...server.system, url: server.url, http, secrets: createSecrets(() => undefined) });
  queue = [...server.state.queues.keys()][0] ?? "";
});
afterEach(() => server.stop());

describe("a task", () => {
  it("is made of one file, queued, stopped and deleted", async () => {
    const id = await createTask(api, NEW);
    expect(server.state.tasks.get(id)).toMatchObject({
      type: "testing",
      script: { repository: "", diff: "print(1)", entry_point: "main.py", requirements: { pip: "clearml" } },
    });
    expect(await readTask(api, id)).toMatchObject({ id, status: "created", tags: ["one"], runtime: {} });
    await enqueueTask(api, id, queue);
    await enqueueTask(api, id, queue);
    expect(await readTask(api, id)).toMatchObject({ status: "queued" });
    await stopTask(api, id, "enough");
    expect(await readTask(api, id)).toMatchObject({ status: "stopped", reason: "enough" });
    // As often as one likes.
    await stopTask(api, id, "enough");
    expect([await deleteTask(api, id), await deleteTask(api, id)]).toEqual([true, false]);
    expect(await readTask(api, id)).toBeUndefined();
  });

  it("is found by its tag among others", async () => {
    const [one] = [await createTask(api, NEW), await createTask(api, { ...NEW, tags: ["two"] })];
    expect((await tasksWithTag(api, "one")).map(({ id }) => id)).toEqual([one]);
  });

  it("waits behind others", async () => {
    const ids = [await createTask(api, NEW), await createTask(api, NEW)];
    for (const id of ids) await enqueueTask(api, id, queue);
    expect(await Promise.all(ids.map((id) => entriesAhead(api, queue, id)))).toEqual([0, 1]);
    expect(await entriesAhead(api, queue, "another")).toBeUndefined();
  });

  it("has a log, as far as the server can tell", async () => {
    const id = await createTask(api, NEW);
    expect(await lastLines(api, id, 2)).toEqual([]);
    Object.assign(server.state.tasks.get(id) ?? {}, { log: ["first\n", "second\nthird\n\n"] });
    expect(await lastLines(api, id, 2)).toEqual(["second", "third"]);
    expect(await lastLines(api, "f".repeat(32), 2)).toEqual([]);
  });

  it("is refused in a queue that is not there", async () => {
    const id = await createTask(api, NEW);
    await expect(enqueueTask(api, id, "f".repeat(32))).rejects.toMatchObject({ code: 400, subcode: 701 });
  });
});

it("lists agents with their queues", async () => {
  await api.call("workers.register", { worker: "agent:0", queues: [queue] });
  expect(await listWorkers(api, 600)).toEqual([{ id: "agent:0", queues: [{ id: queue, name: "default" }] }]);
});
