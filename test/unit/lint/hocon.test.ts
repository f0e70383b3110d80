import { describe, expect, it } from "vitest";
import { readSettings } from "../../../src/hocon/settings.ts";
import { parseHoconValue, typeOfBare } from "../../../src/hocon/value.ts";

/** How pyhocon 0.3.61 read these values, with python-dateutil beside it; `invalid` is an exception. */
const CASES: [text: string, kind: string, detail?: unknown][] = [
  ["true", "boolean", "true"],
  ["True", "boolean", "True"],
  ["FALSE", "boolean", "FALSE"],
  ['"true"', "quoted", "true"],
  ["yes", "string", "yes"],
  ["on", "string", "on"],
  ["5", "number", "5"],
  ["-5", "number", "-5"],
  ["+5", "number", "+5"],
  ["007", "number", "007"],
  ["12e5", "number", "12e5"],
  ["1e+5", "number", "1e+5"],
  ["1e10000", "number", "1e10000"],
  ["1.30", "number", "1.30"],
  [".5", "number", ".5"],
  ["1.", "string", "1."],
  ["1.30.0", "string", "1.30.0"],
  ["0x1F", "string", "0x1F"],
  ["12345678901234567890123456789012", "number"],
  ["1234567890123456e789012345678901", "number"],
  ["d1bd92a3b039400cbafc60a7a5b1e52b", "string"],
  ["null", "null", "null"],
  ["NULL", "null", "NULL"],
  ["None", "string", "None"],
  ["", "string", ""],
  [" ", "string", ""],
  ...["5m", "30s", "3h", "7d", "1w", "2y", "100ms", "5us", "5ns", "10 days", "2 months", "3 weeks"].map(
    (text): [string, string, string] => [text, "duration", text],
  ),
  ...["5M", "10k", "1 M", "12h30m", "20d1", "a 5m"].map((text): [string, string, string] => [
    text,
    "string",
    text,
  ]),
  ["[a, b]", "list", ["a", "b"]],
  ['["a","b"]', "list", ['"a"', '"b"']],
  ['["a, b"]', "list", ['"a, b"']],
  ["[a\nb]", "list", ["a", "b"]],
  ["[a,,b,]", "list", ["a", "b"]],
  ["[a, [b]]", "list", ["a", "[b]"]],
  ["[]", "list", []],
  ["['a']", "list", ["'a'"]],
  ["['a,b']", "list", ["'a", "b'"]],
  ['[{"type":"presign","url":"https://p"}]', "list"],
  ["[host:9092]", "list", ["host:9092"]],
  ["[a] [b]", "list"],
  ["[a],", "list", ["a"]],
  ["[a] # b", "list", ["a"]],
  ["[a@b.c]", "invalid", "@"],
  ['["a@b.c"]', "list", ['"a@b.c"']],
  ["[a=b]", "invalid", "="],
  ["[a # b]", "invalid", "["],
  ["[${X}]", "substitution"],
  ["[a}", "invalid", "}"],
  ["a,b", "invalid", ","],
  ["a,", "string", "a"],
  ["[a", "invalid", "["],
  ["[a] b", "invalid", "b"],
  ['["a]', "invalid", '"'],
  ["https://x.y/z", "string", "https://x.y/z"],
  ["https://x?a=b", "invalid", "?"],
  ["a@b.c", "invalid", "@"],
  ['"a@b.c"', "quoted", "a@b.c"],
  ['a "b" c', "string", 'a "b" c'],
  ['"a', "invalid", '"'],
  ['\\"x\\"', "string", '"x"'],
  ["a\\", "invalid", "\\"],
  ["abc#def", "truncated", "abc"],
  ["a // b", "truncated", "a"],
  ["a//b", "string", "a//b"],
  ["${X}", "substitution"],
  ["${?X}", "substitution"],
  ['"${X}"', "quoted", "${X}"],
  ["<X>", "string", "<X>"],
  ["$2b$12$abc", "invalid", "$"],
  ['"$2b$12$abc"', "quoted", "$2b$12$abc"],
  ['{"a":1}', "object"],
  ["{a: 1, b: [c]}", "object"],
  ["{a = 1}", "object"],
  ["{a: b@c}", "invalid", "@"],
  ["{a: 1", "invalid", "{"],
  ["a\nb: c", "several"],
  ["a\nb = c\n", "several"],
  ["a\n# b", "string", "a"],
  ["a\n", "string", "a"],
  ["a\nb", "invalid", "\n"],
  ["a: b; c | d % e ' f ( g ) h ~ i . j - k _ l / m < n >", "string"],
  ...[...'^`+?!*&,=[]{}@$"'].map((character): [string, string, string] => [
    `a${character}b`,
    "invalid",
    character,
  ]),
];

describe("parseHoconValue", () => {
  it.each(CASES)("%j is %s", (text, kind, detail) => {
    const value = parseHoconValue(text);
    const found = { list: "items", invalid: "character", truncated: "text", bare: "text", quoted: "text" }[
      value.kind as "list"
    ];
    expect(value.kind === "bare" ? typeOfBare(value.text) : value.kind).toBe(kind);
    if (detail !== undefined) expect((value as unknown as Record<string, unknown>)[found]).toEqual(detail);
  });

  it("says where a value breaks", () => {
    expect(parseHoconValue("abc@def")).toMatchObject({ at: 3 });
    expect(parseHoconValue("abc #def")).toMatchObject({ at: 4 });
    expect(parseHoconValue("[a, b@c]")).toMatchObject({ at: 5 });
    expect(parseHoconValue("abc\ndef: 1")).toMatchObject({ at: 3 });
  });
});

describe("readSettings", () => {
  it.each<[text: string, expected: Record<string, string>]>([
    ["a: 1", { a: "1" }],
    ["a.b = c d # e", { "a.b": "c d" }],
    ["a { b { c: 1 }, d: 2 }", { "a.b.c": "1", "a.d": "2" }],
    ["a {\n  # b: 1\n  c: 2 // d\n}\ne: 3", { "a.c": "2", e: "3" }],
    ['"a": { "b": "c, d" }', { "a.b": '"c, d"' }],
    ["a: [1, { b: 2 }, [3]]", { "a.0": "1", "a.1.b": "2", "a.2.0": "3" }],
    ["a =\n{ b: 1 }", { "a.b": "1" }],
    ["-a { b: ${C} }", { "a.b": "${C}" }],
    ["a { b: ${C}/d }", { "a.b": "${C}/d" }],
    ["a += b", { a: "b" }],
    ['a: """b\nc"""', { a: '"""b\nc"""' }],
    ["a {", {}],
    ["}}}] a: 1", { a: "1" }],
    ["", {}],
  ])("%j", (text, expected) => {
    const settings = readSettings(text);
    expect(Object.fromEntries(settings.map(({ path, text }) => [path.join("."), text]))).toEqual(expected);
    for (const { text: value, start, end } of settings) expect(text.slice(start, end)).toBe(value);
  });

  it("stops in text that is nested without end", () => {
    expect(readSettings(`a: ${"[".repeat(100_000)}`)).toEqual([]);
  });
});
