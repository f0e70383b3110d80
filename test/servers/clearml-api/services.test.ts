import { afterEach, beforeEach, expect, it } from "vitest";
import { type ClearmlApi, startClearmlApi } from "../../support/clearml-api/server.ts";
import { call } from "./caller.ts";

// Documented behaviour that no recording shows.
let now = Date.parse("2026-11-21T06:00:00Z");
let api: ClearmlApi;
beforeEach(async () => {
  api = await startClearmlApi({ clock: () => now });
});
afterEach(() => api.stop());

it("lists the workers of the last hour unless told otherwise", async () => {
  const count = async (body: object = {}) =>
    ((await call(api, "workers.get_all", body)).data.workers as unknown[]).length;
  await call(api, "workers.register", { worker: "agent:0", queues: [] });
  now += 3_599_000;
  expect(await count()).toBe(1);
  expect(await count({ last_seen: 600 })).toBe(0);
  now += 2_000;
  expect(await count()).toBe(0);
  expect(await count({ last_seen: 7200 })).toBe(1);
});

it("removes a runtime key by the name it was given", async () => {
  const runtime = { "endpoint.url": "https://router.example", kept: "1" };
  const task = (await call(api, "tasks.create", { name: "smoke", type: "training", runtime })).data.id;
  const shown = async () => (await call(api, "tasks.get_by_id", { task })).data.task;
  expect(await shown()).toMatchObject({ runtime: { "endpoint%2Eurl": "https://router.example", kept: "1" } });
  await call(api, "tasks.edit_runtime", { task, remove: ["endpoint.url"] });
  expect(await shown()).toMatchObject({ runtime: { kept: "1" } });
  expect(await shown()).not.toHaveProperty(["runtime", "endpoint%2Eurl"]);
});
