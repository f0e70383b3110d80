import { describe, expect, it } from "vitest";
import { type Job, parallelReleases, remainingPaths, runJobs } from "../../../src/deploy/schedule.ts";

function jobs(
  edges: Record<string, string[]>,
  log: string[],
  failing: readonly string[] = [],
): Job<string>[] {
  return Object.entries(edges).map(([id, needs]) => ({
    id,
    needs,
    async run() {
      log.push(`start ${id}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (failing.includes(id)) throw new Error(`${id} broke`);
      log.push(`end ${id}`);
      return id;
    },
  }));
}

describe("runJobs", () => {
  it("starts a job only after all it needs, and others beside it", async () => {
    const log: string[] = [];
    await runJobs(jobs({ c: ["a", "b"], a: [], b: [], d: ["c"] }, log), 4);
    expect(log.indexOf("start c")).toBeGreaterThan(Math.max(log.indexOf("end a"), log.indexOf("end b")));
    expect(log.indexOf("start d")).toBeGreaterThan(log.indexOf("end c"));
    expect(log.indexOf("start b")).toBeLessThan(log.indexOf("end a"));
  });

  it("skips what depends on a failure, names it, and lets the others finish", async () => {
    const log: string[] = [];
    const outcome = await runJobs(jobs({ a: [], b: ["a"], c: ["b"], d: [] }, log, ["a"]), 4);
    expect([...outcome.done.keys()]).toEqual(["d"]);
    expect([...outcome.failed.keys()]).toEqual(["a"]);
    expect([...outcome.skipped]).toEqual([
      ["b", "a"],
      ["c", "a"],
    ]);
    expect(log).not.toContain("start b");
  });

  it("takes a need that is not among the jobs as done", async () => {
    const outcome = await runJobs(jobs({ agent: ["control-plane"] }, []), 1);
    expect(outcome.done.get("agent")).toBe("agent");
  });

  it("keeps to the limit", async () => {
    let running = 0;
    let most = 0;
    const many = Array.from({ length: 9 }, (_, index) => ({
      id: String(index),
      needs: [],
      async run() {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
      },
    }));
    await runJobs(many, 3);
    expect(most).toBe(3);
  });

  it("takes the longest path first when places are few", async () => {
    const log: string[] = [];
    const edges = { short: [], other: [], root: [], middle: ["root"], leaf: ["middle"] };
    await runJobs(jobs(edges, log), 1);
    expect(log.filter((line) => line.startsWith("start"))).toEqual([
      "start root",
      "start middle",
      "start short",
      "start other",
      "start leaf",
    ]);
  });

  it("lets expected seconds decide which path is longest", async () => {
    const log: string[] = [];
    const weighed = jobs({ a: [], b: ["a"], slow: [] }, log).map((job) =>
      job.id === "slow" ? { ...job, expectedSeconds: 60 } : job,
    );
    await runJobs(weighed, 1);
    expect(log[0]).toBe("start slow");
  });

  it("tells when each job ran", async () => {
    const { times } = await runJobs(jobs({ a: [], b: ["a"] }, []), 2);
    const [a, b] = [times.get("a"), times.get("b")];
    expect(a?.ended).toBeGreaterThan(a?.started ?? 0);
    expect(b?.started).toBeGreaterThanOrEqual(a?.ended ?? Number.NaN);
  });
});

describe("remainingPaths", () => {
  it("adds the longest chain behind a job to its own time", () => {
    const chain = [
      { id: "a", needs: [], expectedSeconds: 5 },
      { id: "b", needs: ["a"], expectedSeconds: 30 },
      { id: "c", needs: ["a"], expectedSeconds: 10 },
      { id: "d", needs: ["b", "c"] },
    ];
    expect(Object.fromEntries(remainingPaths(chain))).toEqual({ a: 36, b: 31, c: 11, d: 1 });
  });
});

describe("parallelReleases", () => {
  it.each([
    [2, 8e9, 8],
    [16, 1.4e9, 20],
    [4, 50e6, 1],
  ])("with %i processors and %i free bytes works on %i", (processors, free, expected) => {
    expect(parallelReleases(processors, free)).toBe(expected);
  });
});
