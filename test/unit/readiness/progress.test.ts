import { describe, expect, it } from "vitest";
import type { NotReady } from "../../../src/readiness/model.ts";
import { createProgress, PACE, progressLines } from "../../../src/readiness/progress.ts";

const web: NotReady = { object: "deployment/web", reason: "0 of 1 available" };

describe("progressLines", () => {
  it("says how many are ready, and an object a line", () => {
    const crash = {
      object: "deployment/api",
      reason: "pod api-1: container api crashes (exit code 1, 4 restarts): KeyError",
      lastLines: ["Traceback", "KeyError"],
    };
    expect(progressLines("clearml", 5, [crash, web])).toEqual([
      "clearml: 3 of 5 ready; deployment/api: pod api-1: container api crashes (exit code 1, 4 restarts): KeyError",
      "clearml:   | Traceback",
      "clearml:   | KeyError",
      "clearml: deployment/web: 0 of 1 available",
    ]);
  });

  it("does not fill the screen", () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ ...web, object: `deployment/web-${index}` }));
    const lines = progressLines("clearml", 40, many);
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toBe("clearml: and 22 more");
  });
});

describe("createProgress", () => {
  /** What is said at each second when the same objects are reported every second. */
  function saidAt(missingAt: (second: number) => NotReady[], seconds: number): number[] {
    const said: number[] = [];
    let now = 0;
    const log = { info: () => void said.push(now) } as never;
    const progress = createProgress(log, "clearml", 0, PACE);
    for (let second = 0; second <= seconds; second++) {
      now = second;
      if (progress.isDue(second * 1000)) progress.say(3, missingAt(second), second * 1000);
    }
    return said;
  }

  it("says what has changed every five seconds, from the third on", () => {
    expect(saidAt((second) => [{ ...web, reason: `${second} restarts` }], 20)).toEqual([3, 8, 13, 18]);
  });

  it("repeats what has not changed every fifteen seconds", () => {
    expect(saidAt(() => [web], 40)).toEqual([3, 18, 33]);
  });

  it("ends with what was not said yet", () => {
    const lines: string[] = [];
    const progress = createProgress(
      { info: (text: string) => void lines.push(text) } as never,
      "clearml",
      0,
      PACE,
    );
    progress.sayLast(1, [web], 100);
    progress.sayLast(1, [web], 200);
    expect(lines).toHaveLength(1);
  });
});
