import { describe, expect, it } from "vitest";
import { foldNames } from "../../../../src/mig/report/names.ts";

const numbered = (from: number, to: number, width = 1) =>
  Array.from({ length: to - from + 1 }, (_, index) => `gpu-${String(from + index).padStart(width, "0")}`);

describe("names of nodes in few words", () => {
  it.each<[string, readonly string[], string]>([
    ["one", ["gpu-1"], "gpu-1"],
    ["two neighbours", ["gpu-2", "gpu-1"], "gpu-1, gpu-2"],
    ["a row, in any order", ["gpu-3", "gpu-1", "gpu-2"], "gpu-1 … gpu-3"],
    ["a row across the tens", numbered(8, 12), "gpu-8 … gpu-12"],
    ["a row with zeros", numbered(8, 12, 3), "gpu-008 … gpu-012"],
    ["a hole", ["gpu-1", "gpu-2", "gpu-3", "gpu-5"], "gpu-1 … gpu-3, gpu-5"],
    ["a domain behind the number", ["a1.lan", "a2.lan", "a3.lan"], "a1.lan … a3.lan"],
    ["domains of other places", ["n1.x", "n2.y", "n3.x"], "n1.x, n2.y, n3.x"],
    ["two kinds", ["a1", "a2", "a3", "b4"], "a1 … a3, b4"],
    [
      "numbers of other places",
      ["ip-10-0-1-7", "ip-10-0-2-8", "ip-10-0-3-9"],
      "ip-10-0-1-7, ip-10-0-2-8, ip-10-0-3-9",
    ],
    ["names without numbers", ["ada", "bob", "eve"], "ada, bob, eve"],
    [
      "many",
      ["a", "c", "e", "g", "i", "k", "m", ...numbered(1, 9)],
      "a, c, e, g, gpu-1 … gpu-9, i and 2 more",
    ],
    ["none", [], ""],
  ])("%s", (_, names, expected) => {
    expect(foldNames(names)).toBe(expected);
  });

  it("counts every node of a row that is left out", () => {
    expect(foldNames(["a", ...numbered(1, 9)], 1)).toBe("a and 9 more");
  });
});
