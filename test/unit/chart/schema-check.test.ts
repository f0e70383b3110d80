import { describe, expect, it } from "vitest";
import { effectiveValues } from "../../../src/chart/effective-values.ts";
import { schemaViolations } from "../../../src/chart/schema-check.ts";
import { chartOf } from "./support.ts";

const json = JSON.stringify;

const FILES = {
  "Chart.yaml": `apiVersion: v2
name: own
version: 1.0.0
dependencies:
  - { name: sub, version: 1.0.0, alias: part, condition: "part.enabled", tags: [extra] }
`,
  "values.yaml": "port: 80\nmap: { a: 1 }\ntags: { extra: true }\n",
  "values.schema.json": json({
    properties: {
      port: { type: "integer", maximum: 65535 },
      word: { enum: ["a", "b"] },
      either: { anyOf: [{ type: "integer" }, { type: "string", pattern: "^x" }] },
      map: { additionalProperties: false, properties: { a: {}, "x/y": { type: "integer" } } },
      list: { items: { type: "object", required: ["name"] } },
    },
  }),
  "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
  "charts/sub/values.schema.json": json({
    additionalProperties: false,
    properties: { n: { type: "integer" }, enabled: {} },
  }),
};

describe("values against the schema of a chart", () => {
  // Each was compared with what `helm template` says of the same chart and values.
  it.each<[what: string, values: Record<string, unknown>, found: string[]]>([
    ["nothing is set", {}, []],
    ["a type", { port: "80" }, ["port type"]],
    ["a range", { port: 70000 }, ["port maximum"]],
    ["a word", { word: "c" }, ["word enum"]],
    ["none of several schemas", { either: "y" }, ["either anyOf"]],
    ["one of several schemas", { either: "xy" }, []],
    ["a key too many", { map: { b: 1 } }, ["map.b unknown"]],
    ["a key with signs of pointers", { map: { "x/y": "" } }, ["map.x/y type"]],
    ["an item of a list", { list: [{ name: "a" }, {}] }, ["list.1 required name"]],
    ["a default taken away", { port: null }, []],
    ["a null without a default", { word: null }, ["word enum"]],
    ["a subchart", { part: { n: "x" } }, ["part.n type"]],
    ["a subchart that its condition switches off", { part: { n: "x", enabled: false } }, []],
    ["a subchart that its tag switches off", { part: { n: "x" }, tags: { extra: false } }, []],
    [
      "a condition before a tag",
      { part: { n: "x", enabled: true }, tags: { extra: false } },
      ["part.n type"],
    ],
    ["global in a closed subchart", { global: { a: 1 }, part: { global: { a: 1 } } }, []],
  ])("%s", async (_, values, found) => {
    const violations = schemaViolations(await chartOf(FILES), values);
    expect(
      violations.map(({ path, keyword, missing }) =>
        [path.join("."), keyword, missing ?? ""].join(" ").trim(),
      ),
    ).toEqual(found);
  });

  it("leaves a schema alone that lies elsewhere", async () => {
    const chart = await chartOf({ "values.schema.json": json({ $ref: "https://example.com/schema.json" }) });
    expect(schemaViolations(chart, { a: 1 })).toEqual([]);
  });
});

describe("the values a template gets", () => {
  it("are the defaults with the user's over them; null takes a default away", () => {
    const defaults = { a: { b: 1, c: [1, 2] }, d: "x", e: { f: 1 } };
    expect(effectiveValues(defaults, { a: { b: null, c: [3] }, d: { g: 1 }, e: null, h: null })).toEqual({
      a: { c: [3] },
      d: { g: 1 },
      h: null,
    });
  });
});
