import { expect, it } from "vitest";
import type { ClearmlApi } from "../../../../src/clearml/api.ts";
import { refused } from "../../../../src/clearml/errors.ts";
import type { Attempt } from "../../../../src/smoke/end-to-end/attempt.ts";
import { cleanUp } from "../../../../src/smoke/end-to-end/clean-up.ts";
import { smokeTags } from "../../../../src/smoke/end-to-end/tags.ts";

/** An attempt that has made a task, or has begun to, at a server that answers like this. */
function attempt(answer: (endpoint: string) => unknown, more: Partial<Attempt> = {}): Attempt {
  const api = { call: async (endpoint: string) => answer(endpoint) } as unknown as ClearmlApi;
  return {
    ...{ api: async () => api, creating: Promise.resolve(), task: "t1", leftOvers: [] },
    tags: smokeTags("ab12", 0),
    probe: { context: { signal: AbortSignal.abort() } },
    ...more,
  } as unknown as Attempt;
}

const down = (endpoint: string) => {
  throw refused({ url: "https://api.example", endpoint, keySource: "" }, 500, 1, "Internal server error");
};

it.each<[string, Attempt, string]>([
  ["a server that is down", attempt(down), "task t1 may still be there: tasks.stop at .* answered 500/1"],
  ["no answer", attempt(() => new Promise(() => undefined)), "task t1 .* the API did not answer in time"],
  [
    "a task nobody has told of",
    attempt(down, { task: "" }),
    "task with tag `clearml-actions-smoke-ab12` .*tasks.get_all_ex",
  ],
  ["a task that is never made", attempt(down, { creating: new Promise(() => undefined) }), "did not answer"],
])("says what may have stayed: %s", async (_, work, words) => {
  const result = await cleanUp(work, 100);
  expect(result).toMatchObject({ status: "fail", detail: expect.stringMatching(words) });
  expect(result.hint).toMatch(/the next test deletes it/);
});

it.each([
  [[], { status: "skip", detail: "no task was made" }],
  [["t0"], { status: "pass", detail: "no task was made; 1 task of tests that were killed as well" }],
])("has nothing to do where nothing was made, after %j", async (leftOvers, result) => {
  const { creating: _, ...nothing } = attempt(down, { leftOvers });
  expect(await cleanUp(nothing as Attempt)).toEqual(result);
});
