import { describe, expect, it } from "vitest";
import { type Job, runJobs } from "../../../src/deploy/schedule.ts";

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
      ["c", "b"],
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
});
