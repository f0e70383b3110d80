import { describe, expect, it } from "vitest";
import { createMemory, defaultGraces } from "../../../src/readiness/lasting.ts";
import type { Diagnosis, Finding, Lasting } from "../../../src/readiness/model.ts";

const START = 1_000_000;

function finding(lasting?: Lasting, key = "a"): Finding {
  return { key, reason: "it fails", ...(lasting ? { lasting } : {}) };
}

function about(...findings: Finding[]): Diagnosis[] {
  return [{ object: "deployment/web", namespace: "shop", findings }];
}

describe("defaultGraces", () => {
  it.each([
    [600_000, 120_000],
    [60_000, 15_000],
  ])("gives a crash loop a quarter of %i ms, but two minutes at most", (timeout, crash) => {
    expect(defaultGraces(timeout)).toMatchObject({ crash, deadline: crash });
  });
});

describe("createMemory", () => {
  const graces = defaultGraces(600_000);

  it("takes a state as hopeless once it has lasted for its grace", () => {
    const memory = createMemory(graces, START);
    memory.note(about(finding("image")), START);
    memory.note(about(finding("image")), START + 59_000);
    expect(memory.isHopeless(finding("image"), START + 59_000)).toBe(false);
    expect(memory.isHopeless(finding("image"), START + 60_000)).toBe(true);
  });

  it.each<[string, Diagnosis[]]>([
    ["it went away", about()],
    ["another object has it", about(finding("image", "b"))],
  ])("starts anew when %s in between", (_, between) => {
    const memory = createMemory(graces, START);
    memory.note(about(finding("image")), START);
    memory.note(between, START + 30_000);
    memory.note(about(finding("image")), START + 61_000);
    expect(memory.isHopeless(finding("image"), START + 61_000)).toBe(false);
  });

  it("remembers a crash loop while its container runs for a moment", () => {
    const memory = createMemory(graces, START);
    memory.note(about(finding("crash")), START);
    memory.note(about(finding()), START + 100_000);
    expect(memory.isHopeless(finding(), START + 130_000)).toBe(false);
    memory.note(about(finding("crash")), START + 130_000);
    expect(memory.isHopeless(finding("crash"), START + 130_000)).toBe(true);
  });

  it("counts a Deployment that was given up on from the start of the wait", () => {
    const memory = createMemory(graces, START);
    memory.note(about(finding("deadline")), START + 500_000);
    expect(memory.isHopeless(finding("deadline"), START + 119_000)).toBe(false);
    expect(memory.isHopeless(finding("deadline"), START + 500_000)).toBe(true);
  });

  it("never gives up on a state that passes", () => {
    const memory = createMemory(graces, START);
    memory.note(about(finding()), START);
    expect(memory.isHopeless(finding(), START + 10_000_000)).toBe(false);
  });
});
