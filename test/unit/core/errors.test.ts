import { describe, expect, it } from "vitest";
import { formatProblem, lastMeaningfulLine } from "../../../src/core/errors.ts";

describe("lastMeaningfulLine", () => {
  it.each([
    ["Error: it broke\n", "it broke"],
    ["real cause\nWARNING: kubeconfig is readable\n", "real cause"],
    ["level=WARN msg=x\nError: chart not found\n\n", "chart not found"],
    ["", "it said nothing"],
  ])("of %j is %j", (stderr, line) => expect(lastMeaningfulLine(stderr)).toBe(line));
});

describe("formatProblem", () => {
  it("says where, what and the repair", () => {
    const at = { file: "clearml.yaml", line: 3, column: 5 };
    expect(formatProblem({ message: "unknown key", hint: "did you mean `name`?", at })).toBe(
      "clearml.yaml:3:5: unknown key; did you mean `name`?",
    );
  });
});
