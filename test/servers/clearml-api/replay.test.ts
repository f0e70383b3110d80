import { afterEach, describe, expect, it } from "vitest";
import { type Bench, startBench } from "../../support/clearml-api/replay/bench.ts";
import { loadRecordings } from "../../support/clearml-api/replay/pairs.ts";
import { NOT_REPLAYED, replayRun } from "../../support/clearml-api/replay/replay.ts";

const started: Bench[] = [];
const start = async (...[run, different]: Parameters<typeof startBench>) => {
  const bench = await startBench(run, different);
  started.push(bench);
  return bench;
};
afterEach(async () => {
  await Promise.all(started.splice(0).map(({ api }) => api.stop()));
});

describe("recordings of a real server", () => {
  // Numbers, so that nothing falls out of the comparison unnoticed.
  it.each([
    [1, 301, 136],
    [2, 26, 4],
    [3, 7, 1],
    [4, 8, 2],
  ])("run %i: answers %i requests as it did, %i of them essential", async (run, count, core) => {
    const { replayed, problems } = await replayRun(run, await start(run));
    expect(problems).toEqual({});
    expect([replayed.length, replayed.filter((each) => each.core).length]).toEqual([count, core]);
  });

  it("leaves out only what it names", () => {
    const recordings = loadRecordings();
    const left = recordings.filter(({ id }) => id in NOT_REPLAYED);
    const reasons = Object.entries(NOT_REPLAYED).map(([id, reason]) => `  ${id}: ${reason}`);
    process.stdout.write(`not compared with the recordings:\n${reasons.join("\n")}\n`);
    expect(left.map(({ id }) => id)).toEqual(Object.keys(NOT_REPLAYED));
    expect(left.some(({ core }) => core)).toBe(false);
    expect(recordings).toHaveLength(343);
  });

  it("notices a server that behaves differently", async () => {
    const { problems } = await replayRun(1, await start(1, { edition: "enterprise" }));
    expect(Object.keys(problems)).toContain("enterprise-only/system.create_company");
    expect(problems["auth.login/admin-key"]?.join()).toContain('"basic"');
  });
});
