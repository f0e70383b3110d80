import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { canonicalJson, makeTag, valuesDigest } from "../../../src/plan/tags.ts";

const SECRETS = new Map([
  ["A", "first-secret"],
  ["B", "second-secret"],
]);

describe("makeTag", () => {
  it("gives equal secrets equal tags, from run to run and in whatever order they are named", async () => {
    const [one, other] = [
      await makeTag(SECRETS, "production"),
      await makeTag(new Map([...SECRETS].reverse()), "production"),
    ];
    expect(one("text")).toBe(other("text"));
    expect(one("text")).toMatch(/^[0-9a-f]{8}$/);
    expect(one("text")).not.toBe(one("texT"));
  });

  it.each([
    ["another environment", SECRETS, "staging"],
    ["another secret", new Map([...SECRETS, ["C", "third"]]), "production"],
    ["another value", new Map([...SECRETS, ["B", "changed"]]), "production"],
    [
      "swapped values",
      new Map([
        ["A", "second-secret"],
        ["B", "first-secret"],
      ]),
      "production",
    ],
  ])("gives other tags with %s", async (_, secrets, environment) => {
    const tag = await makeTag(SECRETS, "production");
    const other = await makeTag(secrets, environment);
    expect(other("text")).not.toBe(tag("text"));
    expect(valuesDigest({}, other.key)).not.toBe(valuesDigest({}, tag.key));
  });

  it("shows nothing of its key when it is printed", async () => {
    const tag = await makeTag(SECRETS, "production");
    const bytes = tag.key.export();
    expect(inspect(tag, { depth: 9, showHidden: true })).not.toContain(bytes.toString("hex").slice(0, 8));
    expect(inspect(tag, { depth: 9, showHidden: true })).not.toContain("Buffer");
  });
});

describe("valuesDigest", () => {
  const same = [
    ["the order of keys", { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
    ["undefined", { a: 1 }, { a: 1, b: undefined }],
    ["the form of a number", { a: 1e3 }, { a: 1000.0 }],
  ] as const;
  it.each(same)("does not mind %s", async (_, a, b) => {
    const { key } = await makeTag(SECRETS, "production");
    expect(valuesDigest(a, key)).toBe(valuesDigest(b, key));
  });

  const different = [
    ["the type of a value", { a: 1 }, { a: "1" }],
    ["null", { a: null }, {}],
    ["the order of a list", { a: [1, 2] }, { a: [2, 1] }],
    ["where a value stands", { a: { b: 1 } }, { a: {}, b: 1 }],
  ] as const;
  it.each(different)("minds %s", async (_, a, b) => {
    const { key } = await makeTag(SECRETS, "production");
    expect(valuesDigest(a, key)).not.toBe(valuesDigest(b, key));
  });

  it("says nothing without the key: it is no plain hash, and no tag", async () => {
    const tag = await makeTag(SECRETS, "production");
    const digest = valuesDigest({ a: "x" }, tag.key);
    expect(digest).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
    expect(digest).not.toContain(tag(canonicalJson({ a: "x" })));
  });
});
