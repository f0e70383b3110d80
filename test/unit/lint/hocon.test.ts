import { describe, expect, it } from "vitest";
import { parseHoconValue } from "../../../src/hocon/value.ts";

/** How pyhocon 0.3.61 read these values; `invalid` is an exception. */
const CASES: [text: string, kind: string, detail?: unknown][] = [
  ["true", "bare", "true"],
  ['"true"', "quoted", "true"],
  ["yes", "bare", "yes"],
  ["007", "bare", "007"],
  ["12e5", "bare", "12e5"],
  ["", "bare", ""],
  ["10 days", "bare", "10 days"],
  ["1.30", "bare", "1.30"],
  ["[a, b]", "list", ["a", "b"]],
  ['["a","b"]', "list", ['"a"', '"b"']],
  ['["a, b"]', "list", ['"a, b"']],
  ["[]", "list", []],
  ["['a']", "list", ["'a'"]],
  ["a,b", "invalid", ","],
  ["[host:9092]", "list", ["host:9092"]],
  ["[a", "invalid", "["],
  ["[a] b", "invalid", "b"],
  ['["a]', "invalid", '"'],
  ["https://x.y/z", "bare", "https://x.y/z"],
  ["https://x?a=b", "invalid", "?"],
  ["a@b.c", "invalid", "@"],
  ['"a@b.c"', "quoted", "a@b.c"],
  ['\\"x\\"', "invalid", '"'],
  ["abc#def", "truncated", "abc"],
  ["a // b", "truncated", "a"],
  ["a//b", "bare", "a//b"],
  ["${X}", "substitution"],
  ['"${X}"', "quoted", "${X}"],
  ["<X>", "bare", "<X>"],
  ["$2b$12$abc", "invalid", "$"],
  ['{"a":1}', "object"],
  ["a: b; c | d % e ' f ( g ) h ~ i . j - k _ l", "bare", "a: b; c | d % e ' f ( g ) h ~ i . j - k _ l"],
  ...[..."^`+?!*&,="].map((character): [string, string, string] => [`a${character}b`, "invalid", character]),
];

describe("parseHoconValue", () => {
  it.each(CASES)("%s is %s", (text, kind, detail) => {
    const value = parseHoconValue(text);
    const found = { list: "items", invalid: "character", truncated: "text", bare: "text", quoted: "text" }[
      value.kind as "list"
    ];
    expect(value.kind).toBe(kind);
    if (detail !== undefined) expect((value as unknown as Record<string, unknown>)[found]).toEqual(detail);
  });

  it("says where a value breaks", () => {
    expect(parseHoconValue("abc@def")).toMatchObject({ at: 3 });
    expect(parseHoconValue("abc #def")).toMatchObject({ at: 4 });
  });
});
