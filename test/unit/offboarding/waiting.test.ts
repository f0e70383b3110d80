import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import { shortList } from "../../../src/core/short-list.ts";
import { saying, stopIfCancelled, waitUntilGone } from "../../../src/offboarding/waiting.ts";
import { refused } from "./cluster.ts";

const PACE = { poll: 1, first: 5, again: 10 };

function watched(signal = new AbortController().signal) {
  const lines: string[] = [];
  const log = { info: (line: string) => void lines.push(line), debug: () => undefined };
  return {
    lines,
    context: { log: { ...log, group: <T>(_: string, work: () => Promise<T>) => work() }, signal },
  };
}

describe("waiting until something is gone", () => {
  it("says nothing when it is", async () => {
    const { lines, context } = watched();
    expect(await waitUntilGone(context, { title: "x", left: async () => [] }, 1_000, PACE)).toEqual([]);
    expect(lines).toEqual([]);
  });

  it("says what is there, with reasons that are asked for only then", async () => {
    const { lines, context } = watched();
    let looks = 0;
    let reasons = 0;
    const awaited = {
      title: "namespace acme",
      left: async () => (++looks > 40 ? [] : ["acme"]),
      reasons: async () => [`Pod acme/a, look ${++reasons}`],
    };
    expect(await waitUntilGone(context, awaited, 5_000, PACE)).toEqual([]);
    expect(lines[0]).toBe("namespace acme: 0 s, waiting for Pod acme/a, look 1");
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.length).toBe(reasons);
    expect(reasons).toBeLessThan(looks);
  });

  it("gives what is left when time is up", async () => {
    const { context } = watched();
    const left = async () => ["acme"];
    expect(
      await waitUntilGone(context, { title: "x", left, reasons: async () => ["why"] }, 10, PACE),
    ).toEqual(["why"]);
  });

  it("ends when the run is cancelled, and says how to go on", async () => {
    const cancel = new AbortController();
    const { context } = watched(cancel.signal);
    const waiting = waitUntilGone(context, { title: "x", left: async () => ["acme"] }, 60_000, PACE);
    cancel.abort();
    expect((await refused(waiting)).problems[0]?.hint).toBe("run it again to go on where it ended");
  });

  it("ends with the reason when the lock is lost", async () => {
    const lost = new UserError({ message: "the lock is lost" }, { kind: "busy" });
    expect(() => stopIfCancelled(AbortSignal.abort(lost))).toThrow(lost);
  });
});

describe("work that takes long", () => {
  it("is said to go on, until it ends", async () => {
    const { lines, context } = watched();
    const work = new Promise<string>((resolve) => setTimeout(() => resolve("done"), 30));
    expect(await saying(context.log, "removing", work, PACE)).toBe("done");
    expect(lines[0]).toBe("removing: 0 s, still at it");
    const said = lines.length;
    await new Promise((resolve) => setTimeout(resolve, 25));
    expect(lines).toHaveLength(said);
  });
});

describe("a list in a line", () => {
  it.each([
    [["a"], "a"],
    [["a", "b", "c"], "a, b, c"],
    [["a", "b", "c", "d"], "a, b, c and 1 more"],
  ])("%j", (names, expected) => expect(shortList(names, 3)).toBe(expected));
});
