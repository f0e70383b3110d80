import { describe, expect, it } from "vitest";
import { lastSeconds, secondsNote } from "../../../src/deploy/durations.ts";
import type { ReportedComponent } from "../../../src/deploy/report/model.ts";

const NOTE = "clearml-actions/seconds";

function component(id: string, state: "done" | "unchanged" | "failed", milliseconds: number) {
  return {
    component: id,
    state,
    phases: [{ name: "upgrade", from: 1_000, to: 1_000 + milliseconds }],
  } as unknown as ReportedComponent;
}

describe("lastSeconds", () => {
  it.each([
    ["nothing noted", {}, {}],
    ["a note", { [NOTE]: '{"redis":2.5}' }, { redis: 2.5 }],
    ["a damaged note", { [NOTE]: "{" }, {}],
    ["a note of something else", { [NOTE]: '{"redis":"long"}' }, {}],
    ["times that cannot be", { [NOTE]: '{"redis":-1}' }, {}],
  ])("%s", (_, notes, expected) => expect(lastSeconds(notes as Record<string, string>)).toEqual(expected));
});

describe("secondsNote", () => {
  it("keeps what was known of components that did not change", () => {
    const components = [component("redis", "done", 1_240), component("billing", "unchanged", 90)];
    const note = secondsNote({ [NOTE]: '{"billing":40,"redis":9}' }, components);
    expect(JSON.parse(note?.[NOTE] ?? "")).toEqual({ billing: 40, redis: 1.2 });
  });

  it("learns nothing from failures, and leaves the note alone when nothing changed", () => {
    expect(secondsNote({}, [component("redis", "failed", 600_000)])).toBeUndefined();
    expect(secondsNote({}, [component("redis", "unchanged", 80)])).toBeUndefined();
  });
});
