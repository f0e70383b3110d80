import { describe, expect, it } from "vitest";
import { RULES, UNCHECKED } from "../../../src/lint/rules/index.ts";

/** The known traps are numbered from L01 to this. */
const LAST = 158;

const ids = [...RULES, ...UNCHECKED].map(({ id }) => id);

describe("the known traps", () => {
  it("are each a rule, or said not to be checked, and that once", () => {
    const numbers = Array.from({ length: LAST }, (_, index) => `L${String(index + 1).padStart(2, "0")}`);
    expect(numbers.filter((id) => !ids.includes(id))).toEqual([]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(ids.filter((id) => id.startsWith("L") && !numbers.includes(id))).toEqual([]);
  });

  it("that are not checked have a reason", () => {
    for (const { slug, about, reason } of UNCHECKED) {
      expect(about, slug).toMatch(/^.{20,}\.$/s);
      expect(reason, slug).toMatch(/^.{15,}$/s);
    }
  });
});

describe("every rule", () => {
  it("says why it matters and what to do", () => {
    expect(RULES.filter(({ why }) => why.length < 60).map(({ slug }) => slug)).toEqual([]);
  });

  it("looks at something", () => {
    const checks = [
      "check",
      "checkAll",
      "checkEnvironment",
      "checkCommands",
      "checkRendered",
      "checkCluster",
    ] as const;
    const idle = RULES.filter((rule) => !checks.some((check) => rule[check])).map(({ id }) => id);
    expect(idle, "only suppressions are judged elsewhere").toEqual(["U1", "U2", "U3"]);
  });
});
