import { describe, expect, it } from "vitest";
import type { Worker } from "../../../../src/clearml/workers.ts";
import { chooseQueue } from "../../../../src/smoke/end-to-end/queue.ts";

function agent(id: string, ...queues: string[]): Worker {
  return { id, queues: queues.map((name) => ({ id: `id-of-${name}`, name })) };
}

const AGENTS = [agent("a1", "gpu", "default"), agent("a2", "gpu"), agent("a3", "k8s_scheduler")];

describe("the queue of the task", () => {
  it.each([
    ["the wanted one", AGENTS, "gpu", ["default"], "gpu", ["a1", "a2"]],
    ["the wanted one by its id", AGENTS, "id-of-gpu", [], "gpu", ["a1", "a2"]],
    ["the first of the tenant's", AGENTS, undefined, ["gpu", "default"], "gpu", ["a1", "a2"]],
    [
      "the first of the tenant's that is served",
      AGENTS,
      undefined,
      ["fractions", "default"],
      "default",
      ["a1"],
    ],
    ["the usual one of an unknown tenant", AGENTS, undefined, [], "default", ["a1"]],
    ["any of an unknown tenant", [agent("a1", "zoo", "ant")], undefined, [], "ant", ["a1"]],
  ])("is %s", (_, workers, wanted, ofTenant, name, agents) => {
    expect(chooseQueue(workers, wanted, ofTenant)).toEqual({ id: `id-of-${name}`, name, agents });
  });

  it.each([
    [[], undefined, [], "no agent of the company was heard of in the last 10 minutes"],
    [[], "gpu", [], "no agent takes tasks from `gpu`: none was heard of"],
    [AGENTS, "cpu", [], "no agent takes tasks from `cpu`; agents serve `default`, `gpu`"],
    [AGENTS, undefined, ["x1", "x2"], "no agent takes tasks from `x1` or `x2`; agents serve `default`"],
    [[agent("a3", "k8s_scheduler")], undefined, [], "no agent of the company"],
    [[agent("a3", "k8s_scheduler")], "k8s_scheduler", [], "no agent takes tasks from `k8s_scheduler`"],
  ])("is none for %j, %s, %j", (workers, wanted, ofTenant, words) => {
    const result = chooseQueue(workers, wanted, ofTenant);
    expect("detail" in result && result.detail).toContain(words);
  });
});
