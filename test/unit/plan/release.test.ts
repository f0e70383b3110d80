import { describe, expect, it } from "vitest";
import { whatChanged } from "../../../src/plan/release.ts";
import { type Data, record } from "./support.ts";

describe("whatChanged", () => {
  const desired = { chart: "it", chartVersion: "1.0.0", values: {} as Data };
  const values = (before: Data, after: Data) =>
    whatChanged(record({ values: before }), { ...desired, values: after });

  it("says why a release is not left alone", () => {
    expect(whatChanged(undefined, desired)).toEqual(["not installed"]);
    expect(whatChanged(record({ status: "uninstalled" }), desired)).toEqual(["not installed"]);
    expect(whatChanged(record({}), desired)).toEqual([]);
    expect(whatChanged(record({ chartVersion: "v1.0.0" }), desired)).toEqual([]);
    expect(
      whatChanged(record({ chartVersion: "10.12.6", status: "failed", values: { a: 1 } }), {
        ...desired,
        chartVersion: "10.12.7",
      }),
    ).toEqual(["chart 10.12.6 → 10.12.7", "newest revision 4 is failed", "values: a"]);
    expect(whatChanged(record({ chart: "old", chartVersion: "0.9.0" }), desired)).toEqual([
      "chart old 0.9.0 → it 1.0.0",
    ]);
  });

  const variable = (name: string, value: string) => ({ name, value });
  const cases: [what: string, before: Data, after: Data, expected: string][] = [
    ["a value", { a: { b: 1 } }, { a: { b: 2 } }, "a.b"],
    ["a block that is new", { a: {} }, { a: { b: { c: 1, d: 2 } } }, "a.b"],
    ["a block that goes", { a: { b: { c: 1 } } }, { a: {} }, "a.b"],
    ["a map that becomes text", { a: { b: 1 } }, { a: "x" }, "a"],
    ["a null", { a: null }, {}, "a"],
    [
      "variables by their names",
      { env: [variable("A", "1"), variable("B", "1")] },
      { env: [variable("B", "1"), variable("A", "2"), variable("C", "3")] },
      "env[A].value, env[C]",
    ],
    [
      "a variable that goes",
      { env: [variable("A", "1"), variable("B", "1")] },
      { env: [variable("B", "1")] },
      "env[A]",
    ],
    [
      "another order alone",
      { env: [variable("A", "1"), variable("B", "1")] },
      { env: [variable("B", "1"), variable("A", "1")] },
      "env (order)",
    ],
    ["other lists as a whole", { a: [1, 2] }, { a: [1, 3] }, "a"],
    ["names that stand twice as a whole", { a: [{ name: "x" }] }, { a: [{ name: "x" }, { name: "x" }] }, "a"],
    ["keys with dots", { a: { "b.conf": "x" } }, { a: { "b.conf": "y" } }, 'a["b.conf"]'],
    ["keys of every object", {}, JSON.parse('{"__proto__": 1, "constructor": 2}'), "__proto__, constructor"],
    [
      "many, of which the rest is counted",
      {},
      { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 },
      "a, b, c, d, e (2 more)",
    ],
  ];
  it.each(cases)("names %s", (_, before, after, expected) => {
    expect(values(before, after)).toEqual([`values: ${expected}`]);
  });

  it("does not see what Helm does not", () => {
    expect(values({ a: 1e3, b: {} }, { a: 1000, b: { c: undefined } })).toEqual([]);
  });

  it("never shows a value", () => {
    const secrets = ["old-password", "new-password"];
    const [before, after] = secrets.map(
      (secret): Data => ({ a: secret, env: [variable("A", secret)], list: [secret] }),
    );
    expect(values(before ?? {}, after ?? {}).join()).toBe("values: a, env[A].value, list");
  });
});
