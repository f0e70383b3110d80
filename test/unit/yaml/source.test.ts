import { describe, expect, it } from "vitest";
import { nearestName } from "../../../src/yaml/nearest.ts";
import { parseYaml } from "../../../src/yaml/source.ts";

describe("parseYaml", () => {
  it.each([
    ["a: yes", { a: true }],
    ["a: off", { a: false }],
    ["a: 0777", { a: 511 }],
    ["a: 1:30", { a: "1:30" }],
    ["a: 2001-01-01", { a: "2001-01-01" }],
    ["a: 1.30", { a: 1.3 }],
    ["a: ~", { a: null }],
    ["b: &x {q: 1}\na: {<<: *x, z: 2}", { b: { q: 1 }, a: { q: 1, z: 2 } }],
    ["", null],
  ])("reads %j as Helm does", (text, value) => expect(parseYaml(text, "f.yaml").value).toEqual(value));

  it.each([
    ["a: 1\nb: 2\na: 3", "duplicate-key", 3, 1],
    ["a: 1\n---\nb: 2", "several-documents", 2, 1],
    ["a:\n  - 'x'\n    - y: 1", "syntax", 3, 5],
    ["a: 'x", "syntax", 1, 6],
  ])("places the problem of %j", (text, kind, line, column) => {
    expect(parseYaml(text, "f.yaml").problems[0]).toMatchObject({
      kind,
      at: { file: "f.yaml", line, column },
    });
  });

  it("locates values, keys, list items, and the nearest parent of what is not there", () => {
    const source = parseYaml("a:\n  list:\n    - {name: x, value: on}\n  other: 1\n", "f.yaml");
    expect(source.locate(["a", "list", 0, "value"])).toMatchObject({ line: 3, column: 24 });
    expect(source.locate(["a", "list", 0, "value"], "key")).toMatchObject({ line: 3, column: 17 });
    expect(source.locate(["a", "missing"])).toMatchObject({ line: 2, column: 3 });
  });

  it("survives a bomb of aliases", () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}*l${level}]`,
    );
    const source = parseYaml(`l0: &l0 x\n${levels.join("\n")}\n`, "f.yaml");
    expect(source.value).toBeUndefined();
    expect(source.problems[0]?.message).toContain("alias");
  });
});

describe("nearestName", () => {
  it.each([
    ["hostname", "hostName"],
    ["ingres", "ingress"],
    ["extraEnv", "extraEnvs"],
    ["tga", undefined],
    ["something", undefined],
  ])("of %s is %s", (name, nearest) => {
    expect(nearestName(name, ["hostName", "ingress", "extraEnvs", "image"])).toBe(nearest);
  });
});
