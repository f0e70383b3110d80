import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMPONENT_IDS } from "../../src/catalogue/model.ts";
import { lintFiles } from "../../src/lint/engine.ts";
import { mergeValues } from "../../src/overrides/merge.ts";
import { resolvePlaceholders } from "../../src/overrides/placeholders.ts";
import { valueAt } from "../../src/overrides/values.ts";
import { isUnread, readYamlFile } from "../../src/yaml/read.ts";
import { parseYaml } from "../../src/yaml/source.ts";

const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n");

/** Texts made to break a parser, with what is said of them and where. */
const HOSTILE: [what: string, text: string, message: string, line: number][] = [
  ["nested lists that never end", `a: ${"[".repeat(100_000)}`, "nested", 1],
  ["nested maps", "{a: ".repeat(20_000) + "}".repeat(20_000), "nested", 1],
  ["nested blocks", many(1_000, (index) => `${" ".repeat(index)}a:`), "nested", 1],
  ["a bit too deep", `a: ${"[".repeat(120)}${"]".repeat(120)}`, "more than 100 levels", 1],
  ["dashes", `${"- ".repeat(50_000)}x`, "nested", 1],
  ["a bomb of aliases", `a: &a [1]\n${many(20_000, (index) => `k${index}: *a`)}`, "alias", 1],
  ["a bomb of merges", `a: &a {x: 1}\nb: {${"<<: *a, ".repeat(5_000)}}`, "alias", 1],
  ["a cycle", "a: &a\n  b: *a\n", "an alias", 1],
  ["a NUL byte", "a: 1\nb: x\0y\n", "control character U+0000", 2],
  ["an escape character", "a: 1\n\n\x1b[31mb: 1\n", "control character U+001B", 3],
  ["a huge key", `${"k".repeat(1_000_000)}: 1`, "1024", 1],
  ["a merge of a number", "a: {<<: 3}\n", "Merge sources must be maps", 1],
  ["a file of five megabytes", `a: ${"x".repeat(5 * 1024 * 1024)}`, "5.0 MiB", 1],
  ["duplicate keys by the thousand", "a: 1\n".repeat(20_000), "duplicate key `a`", 2],
];

describe("a hostile text", () => {
  it.each(HOSTILE)("%s is one clear problem, a finding, and no crash", (_what, text, message, line) => {
    const source = parseYaml(text, "values.yaml");
    expect(source.problems[0]?.message).toContain(message);
    expect(source.problems[0]?.at).toMatchObject({ file: "values.yaml" });
    expect(source.problems[0]?.at.line).toBeGreaterThanOrEqual(line);
    const { findings } = lintFiles([{ source, component: "redis" }]);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({ message }) => message.includes("failed:"))).toEqual([]);
  });

  it.each([
    ["thirty thousand keys", many(30_000, (index) => `k${index}: 1`), 30_000],
    ["a long line", `a: ${"x".repeat(3_000_000)}`, 1],
    ["a long quoted text", `a: "${"\\n".repeat(500_000)}"`, 1],
    ["comments only", "# x\n".repeat(50_000), 0],
    ["directives", `${"%FOO bar\n".repeat(1_000)}---\na: 1\n`, 1],
    ["foreign tags", "a: !!js/function 'x'\nb: !!binary aGk=\nc: !!set {x}\n", 3],
    ["keys that are lists", "? [a, b]\n: 1\n", 1],
    ["Windows line ends", "a: 1\r\nb: 2\r\n", 2],
  ])("%s is read in bounded time", (_what, text, keys) => {
    const source = parseYaml(text, "values.yaml");
    expect(source.problems).toEqual([]);
    expect(Object.keys(source.value ?? {})).toHaveLength(keys);
  });
});

describe("keys of the prototype", () => {
  const TEXT = "__proto__: { polluted: yes }\nconstructor: { prototype: { polluted: yes } }\n";

  it("stay what they are, and reach no other object", () => {
    const value = parseYaml(TEXT, "values.yaml").value as Record<string, unknown>;
    const merged = mergeValues([value, { __proto__: null, a: 1 }]);
    const resolved = resolvePlaceholders(merged, () => "x") as Record<string, unknown>;
    expect(Object.keys(resolved)).toEqual(["__proto__", "constructor", "a"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(JSON.stringify(resolved)).toContain('"__proto__":{"polluted":true}');
  });

  it("are not found where nobody wrote them", () => {
    expect(valueAt({ a: {} }, ["a", "constructor"])).toBeUndefined();
    expect(valueAt({}, ["__proto__", "toString"])).toBeUndefined();
  });

  it.each(COMPONENT_IDS)("are linted like any other key of %s", (component) => {
    const { findings } = lintFiles([{ source: parseYaml(TEXT, "values.yaml"), component }]);
    expect(findings.filter(({ message }) => /failed:|\[object|undefined/.test(message))).toEqual([]);
  });
});

describe("a file", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "clearml-actions-unit-"));
    mkdirSync(join(folder, "work"));
    writeFileSync(join(folder, "outside.yaml"), "secret: text\n");
    writeFileSync(join(folder, "work", "inside.yaml"), "a: 1\n");
    symlinkSync("../outside.yaml", join(folder, "work", "out.yaml"));
    symlinkSync("..", join(folder, "work", "up"));
    symlinkSync("inside.yaml", join(folder, "work", "in.yaml"));
    symlinkSync("loop.yaml", join(folder, "work", "loop.yaml"));
    execFileSync("mkfifo", [join(folder, "work", "pipe.yaml")]);
    writeFileSync(join(folder, "work", "utf16.yaml"), Buffer.from("\ufeffa: 1\n", "utf16le"));
    writeFileSync(join(folder, "work", "utf32.yaml"), Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x61]));
    writeFileSync(join(folder, "work", "latin1.yaml"), Buffer.from([0x61, 0x3a, 0x20, 0xe9, 0x0a]));
    writeFileSync(join(folder, "work", "long.yaml"), Buffer.alloc(50 * 1024 * 1024, "a: 1\n"));
    writeFileSync(join(folder, "work", "bom.yaml"), "\ufeffa: 1\n");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const read = (name: string) => readYamlFile(join(folder, "work", name), name, join(folder, "work"));

  it.each([
    ["out.yaml", "a link that leads out of the working folder"],
    ["up/outside.yaml", "a link that leads out of the working folder"],
    ["loop.yaml", "a link that leads to itself"],
    ["pipe.yaml", "no regular file"],
    ["up", "a folder"],
    ["none.yaml", "does not exist"],
  ])("%s is not opened: %s", (name, reason) => {
    const result = read(name);
    expect(isUnread(result) && result.reason).toContain(reason);
  });

  it.each([
    ["utf16.yaml", "UTF-16"],
    ["utf32.yaml", "UTF-32"],
    ["latin1.yaml", "not UTF-8"],
    ["long.yaml", "50.0 MiB"],
  ])("%s gives one problem: %s", (name, message) => {
    const result = read(name);
    expect(isUnread(result) || result.problems.map((each) => each.message)).toEqual([
      expect.stringContaining(message),
    ]);
  });

  it.each(["in.yaml", "inside.yaml", "bom.yaml"])("%s is read", (name) => {
    const result = read(name);
    expect(isUnread(result) || result.value).toEqual({ a: 1 });
  });
});
