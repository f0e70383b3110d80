import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { canonicalJson, makeTag, valuesDigest } from "../../../src/plan/tags.ts";

const SECRETS = new Map([
  ["A", "first-secret"],
  ["B", "second-secret"],
]);

/** Made once: a key is slow to make on purpose. */
const production = await makeTag(SECRETS, "production");

describe("makeTag", () => {
  it("gives equal secrets equal tags, from run to run and in whatever order they are named", async () => {
    const other = await makeTag(new Map([...SECRETS].reverse()), "production");
    expect(other("text")).toBe(production("text"));
    expect(production("text")).toMatch(/^[0-9a-f]{8}$/);
    expect(production("text")).not.toBe(production("texT"));
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
    const other = await makeTag(secrets, environment);
    expect(other("text")).not.toBe(production("text"));
    expect(valuesDigest({}, other.key)).not.toBe(valuesDigest({}, production.key));
  });

  it("shows nothing of its key when it is printed", () => {
    const bytes = production.key.export();
    expect(inspect(production, { depth: 9, showHidden: true })).not.toContain(
      bytes.toString("hex").slice(0, 8),
    );
    expect(inspect(production, { depth: 9, showHidden: true })).not.toContain("Buffer");
  });
});

describe("valuesDigest", () => {
  const same = [
    ["the order of keys", { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
    ["undefined", { a: 1 }, { a: 1, b: undefined }],
    ["the form of a number", { a: 1e3 }, { a: 1000.0 }],
  ] as const;
  it.each(same)("does not mind %s", (_, a, b) => {
    expect(valuesDigest(a, production.key)).toBe(valuesDigest(b, production.key));
  });

  const different = [
    ["the type of a value", { a: 1 }, { a: "1" }],
    ["null", { a: null }, {}],
    ["the order of a list", { a: [1, 2] }, { a: [2, 1] }],
    ["where a value stands", { a: { b: 1 } }, { a: {}, b: 1 }],
  ] as const;
  it.each(different)("minds %s", (_, a, b) => {
    expect(valuesDigest(a, production.key)).not.toBe(valuesDigest(b, production.key));
  });

  it("says nothing without the key: it is no plain hash, and no tag", () => {
    const digest = valuesDigest({ a: "x" }, production.key);
    expect(digest).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
    expect(digest).not.toContain(production(canonicalJson({ a: "x" })));
  });
});
