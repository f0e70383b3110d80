import { describe, expect, it } from "vitest";
import { filledIn, standIn, standInsOf, textsBehind } from "../../../../src/drift/values/stand-ins.ts";

const [A, B] = [standIn("A"), standIn("B_2")];

describe("values with texts that are not known", () => {
  it.each<[string, unknown, unknown, string[]]>([
    ["one text", A, "secret", ["secret"]],
    ["a number where the text was not quoted", A, 8080, ["8080"]],
    ["within a text", `https://${A}@host`, "https://user@host", ["user"]],
    ["two in one text", `${A}:${B}`, "user:password", ["user", "password"]],
    ["over several lines", `a = ${A}\nb = ${B}\n`, "a = 1\nb = 2\n", ["1", "2"]],
    ["a part that comes twice", `-${A}-${B}-`, "---a-", ["-", "a"]],
    [
      "in maps and lists",
      { list: [1, A], map: { key: B } },
      { list: [1, "x"], map: { key: "y" } },
      ["x", "y"],
    ],
    [
      "in named items of another order",
      [
        { name: "one", value: A },
        { name: "two", value: 2 },
      ],
      [
        { name: "two", value: 2 },
        { name: "one", value: "x" },
      ],
      ["x"],
    ],
  ])("take them from what is deployed: %s", (_, wanted, deployed, texts) => {
    const filled = filledIn(wanted, deployed);
    expect([...standInsOf(filled)]).toEqual([]);
    if (!Array.isArray(deployed)) expect(filled).toEqual(deployed);
    expect([...textsBehind(wanted, deployed)]).toEqual(texts);
  });

  it.each<[string, unknown, unknown, unknown, string[]]>([
    ["another host", `https://${A}@host`, "https://user@other", "https://${A}@host", ["user@other"]],
    ["nothing in its place", `x${A}y`, "xy", "x${A}y", [""]],
    ["overlapping ends", `ab${A}bc`, "abc", "ab${A}bc", [""]],
    ["another order", `${A}:${B};`, ";:", "${A}:${B_2};", [";:"]],
    ["no text", A, { a: 1 }, "${A}", []],
    ["nothing", { key: A }, {}, { key: "${A}" }, []],
    ["an item that is not there", [{ name: "one", value: A }], [], [{ name: "one", value: "${A}" }], []],
    ["an inherited name", { constructor: A }, {}, { constructor: "${A}" }, []],
  ])("show them by name where it is another: %s", (_, wanted, deployed, shown, texts) => {
    expect(filledIn(wanted, deployed)).toEqual(shown);
    expect([...textsBehind(wanted, deployed)]).toEqual(texts);
  });

  it("are told by their names", () => {
    expect([...standInsOf({ a: `x${A}`, b: [B, A] })]).toEqual(["A", "B_2"]);
  });

  it("keep addresses addresses", () => {
    expect(new URL(`https://${A}:30080/`).port).toBe("30080");
  });
});
