import { describe, expect, it } from "vitest";
import { mergeValues } from "../../../src/overrides/merge.ts";

describe("mergeValues", () => {
  it.each([
    ["maps merge", [{ a: { b: 1, c: 2 } }, { a: { c: 3 } }], { a: { b: 1, c: 3 } }],
    ["lists are replaced", [{ a: [1, 2] }, { a: [3] }], { a: [3] }],
    ["a scalar replaces a map", [{ a: { b: 1 } }, { a: 1 }], { a: 1 }],
    ["a map replaces a scalar", [{ a: 1 }, { a: { b: 1 } }], { a: { b: 1 } }],
    [
      "a null stays, for Helm to delete the default",
      [{ a: { b: 1 } }, { a: { b: null } }],
      { a: { b: null } },
    ],
    ["three layers, the last wins", [{ a: 1 }, { a: 2 }, { a: 3 }], { a: 3 }],
    ["nothing gives nothing", [], {}],
  ])("%s", (_, layers, expected) => {
    expect(mergeValues(layers)).toEqual(expected);
  });

  it("changes none of its layers, and no prototype", () => {
    const first = { a: { b: 1 } };
    const second = JSON.parse('{"__proto__": {"polluted": true}, "a": {"__proto__": {"polluted": true}}}');
    mergeValues([first, second]);
    expect(first).toEqual({ a: { b: 1 } });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
