import { describe, expect, it } from "vitest";
import { editsOf } from "../../../../src/lint/fix/edits.ts";
import { planFixes, type Repair } from "../../../../src/lint/fix/plan.ts";
import type { Change } from "../../../../src/lint/model.ts";
import { parseYaml, type YamlSource } from "../../../../src/yaml/source.ts";

type Wanted = Change extends infer C ? (C extends Change ? Omit<C, "source"> : never) : never;

function repair(description: string, source: YamlSource, ...wanted: Wanted[]): Repair {
  const changes = wanted.map((each) => ({ source, ...each }) as Change);
  return { description, changes, edits: editsOf(changes) ?? [] };
}

const TEXT = "a: 1.50\nb: { exra: no }\nc: 3\n";
const source = parseYaml(TEXT, "a.yaml");
const quoteA = repair("quote a", source, { kind: "value", path: ["a"], to: "1.50" });
const removeA = repair("remove a", source, { kind: "remove", path: ["a"] });
const renameB = repair("rename b", source, { kind: "rename", path: ["b", "exra"], to: "extra" });
const quoteB = repair("quote b", source, { kind: "value", path: ["b", "exra"], to: "no" });
const nothing = repair("nothing", source, { kind: "value", path: ["z"], to: 1 });

describe("repairs of one run", () => {
  it.each<[string, Repair[], string[], string]>([
    [
      "all that do not touch",
      [quoteA, renameB, quoteB],
      ["quote a", "rename b", "quote b"],
      'a: "1.50"\nb: { extra: "no" }\nc: 3\n',
    ],
    ["of two at one place the first", [quoteA, removeA], ["quote a"], 'a: "1.50"\nb: { exra: no }\nc: 3\n'],
    [
      "of two at one place the first, the other way round",
      [removeA, quoteA],
      ["remove a"],
      "b: { exra: no }\nc: 3\n",
    ],
    ["the same one once", [quoteA, quoteA], ["quote a"], 'a: "1.50"\nb: { exra: no }\nc: 3\n'],
  ])("%s", (_, repairs, chosen, after) => {
    const plan = planFixes(repairs);
    expect(plan.chosen.map(({ description }) => description)).toEqual(chosen);
    expect(plan.files).toEqual([{ file: "a.yaml", before: TEXT, after }]);
  });

  it("are none where none can be made", () => {
    expect(planFixes([nothing])).toEqual({ chosen: [], files: [] });
    expect(planFixes([])).toEqual({ chosen: [], files: [] });
  });

  it("change each file once, however often it was read", () => {
    const again = parseYaml(TEXT, "a.yaml");
    const plan = planFixes([quoteA, repair("rename c", again, { kind: "rename", path: ["c"], to: "d" })]);
    expect(plan.files.map(({ after }) => after)).toEqual(['a: "1.50"\nb: { exra: no }\nd: 3\n']);
  });

  it("that break the file together are made one at a time", () => {
    const two = parseYaml("a: 1\nb: 2\n", "a.yaml");
    const rename = (from: string) => repair(from, two, { kind: "rename", path: [from], to: "c" });
    const plan = planFixes([rename("a"), rename("b")]);
    expect(plan.chosen.map(({ description }) => description)).toEqual(["a"]);
    expect(plan.files[0]?.after).toBe("c: 1\nb: 2\n");
  });
});
