import { describe, expect, it } from "vitest";
import { hasUnit, nanosOf, sameDuration, sameQuantity } from "../../../../src/drift/compare/quantity.ts";

describe("quantities", () => {
  it.each([
    [0.5, "500m"],
    ["1Gi", "1024Mi"],
    ["1.5Gi", "1536Mi"],
    ["1e3", "1k"],
    ["1E3", 1000],
    ["1E", "1000P"],
    ["1e-1", "100m"],
    ["2", 2],
    ["+2", 2],
    [".5", "0.5"],
    ["5.", "5"],
    ["-1", -1],
    ["9007199254740993", "9007199254740993"],
    ["100n", "0.1u"],
    // Less than a billionth is rounded up.
    ["0.1n", "1n"],
  ])("are the same: %s and %s", (a, b) => {
    expect(sameQuantity(a, b)).toBe(true);
  });

  it.each([
    ["1G", "1Gi"],
    ["1m", "1M"],
    ["-1", "1"],
    ["9007199254740993", "9007199254740992"],
    ["a", "a"],
    ["", ""],
    [".", "."],
    ["1Gib", "1Gib"],
    ["1e999999", "1e999999"],
    [true, true],
  ])("are not the same: %s and %s", (a, b) => {
    expect(sameQuantity(a, b)).toBe(false);
  });

  it("are billionths", () => {
    expect(nanosOf("1.5")).toBe(1_500_000_000n);
  });

  it("with a unit are told from numbers and names", () => {
    expect(["1Gi", "500m", "1e3", "12", "m5.large", "10Gib", 5].map(hasUnit)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("durations", () => {
  it.each([
    ["300s", "5m0s", true],
    ["1.5h", "1h30m0s", true],
    ["1h", "60m0s", true],
    ["100ms", "0.1s", true],
    ["1us", "1µs", true],
    ["301s", "5m0s", false],
    ["5m", "5M", false],
    ["5", "5", false],
  ])("%s and %s", (a, b, same) => {
    expect(sameDuration(a, b)).toBe(same);
  });
});
