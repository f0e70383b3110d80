import { describe, expect, it } from "vitest";
import { lintScope } from "../../../src/lint/engine.ts";
import { notChecked } from "../../../src/lint/evidence/not-checked.ts";
import type { Finding, FindingsReport, Rule } from "../../../src/lint/model.ts";
import { annotationsOf } from "../../../src/lint/report/annotations.ts";
import { lineChange } from "../../../src/lint/report/repair-text.ts";
import { sarifOf } from "../../../src/lint/report/sarif.ts";
import { summaryOf } from "../../../src/lint/report/summary.ts";

const RULE: Rule = {
  id: "X1",
  slug: "some-rule",
  severity: "error",
  about: "Something is wrong.",
  why: "It breaks.",
};

function finding(fields: Partial<Finding> = {}): Finding {
  return {
    rule: "some-rule",
    id: "X1",
    severity: "error",
    message: "wrong",
    file: "a.yaml",
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 2,
    fingerprint: "f",
    docs: "https://docs.example/some-rule.md",
    ...fields,
  };
}

const many = (count: number, fields: Partial<Finding>) =>
  Array.from({ length: count }, (_, index) => finding({ ...fields, line: index + 1 }));

describe("annotations", () => {
  const levels = (findings: readonly Finding[], isGithub = true) =>
    annotationsOf(findings, isGithub).map(({ level, title }) => (title ? level : "more"));

  it("come by severity, each with its place and rule", () => {
    const found = [finding({ severity: "info" }), finding({ severity: "warning" }), finding()];
    expect(levels(found)).toEqual(["error", "warning", "info"]);
    expect(annotationsOf(found, true)[0]).toEqual({
      level: "error",
      title: "X1 some-rule",
      problem: { message: "wrong", at: { file: "a.yaml", line: 1, column: 1, endLine: 1, endColumn: 2 } },
    });
  });

  it.each<[string, Finding[], number | undefined]>([
    ["ten of each level are all shown", [...many(10, {}), ...many(10, { severity: "info" })], undefined],
    ["an eleventh error is said to be hidden", many(11, {}), 1],
    ["an eleventh note takes the place of another with the notice", many(11, { severity: "info" }), 2],
    ["levels are counted each", [...many(12, {}), ...many(15, { severity: "warning" })], 7],
  ])("%s", (_, findings, hidden) => {
    const more = annotationsOf(findings, true).find(({ title }) => title === undefined);
    expect(more?.problem.message.split(" ")[0]).toBe(hidden === undefined ? undefined : String(hidden));
    expect(annotationsOf(findings, true)).toHaveLength(findings.length + (hidden === undefined ? 0 : 1));
  });

  it("are all shown in a terminal", () => expect(levels(many(11, {}), false)).not.toContain("more"));

  it("the notice stands before the notes, which would hide it", () => {
    expect(levels([...many(11, {}), finding({ severity: "info" })]).slice(-2)).toEqual(["more", "info"]);
  });
});

describe("the lines a repair changes", () => {
  const texts = new Map([["a.yaml", "one: 1\ntwo: 2\r\nthree: 3\n"]]);
  const edit = (line: number, column: number, endLine: number, endColumn: number, text: string) => ({
    file: "a.yaml",
    line,
    column,
    endLine,
    endColumn,
    text,
  });

  it.each([
    ["a value", [edit(2, 6, 2, 7, "'2'")], { from: 2, to: 2, before: ["two: 2"], after: ["two: '2'"] }],
    ["a line that goes", [edit(2, 1, 3, 1, "")], { from: 2, to: 2, before: ["two: 2"], after: [] }],
    [
      "two lines",
      [edit(1, 1, 1, 4, "uno"), edit(3, 1, 3, 6, "tres")],
      { from: 1, to: 3, after: ["uno: 1", "two: 2", "tres: 3"] },
    ],
    [
      "a line more",
      [edit(1, 7, 1, 7, "\nnew: 0")],
      { from: 1, to: 1, before: ["one: 1"], after: ["one: 1", "new: 0"] },
    ],
  ])("%s", (_, edits, expected) => {
    expect(lineChange({ fix: { description: "d", edits } }, texts)).toMatchObject(expected);
  });

  it("are none without a repair, and for one of several files", () => {
    expect(lineChange({}, texts)).toBeUndefined();
    const edits = [edit(1, 1, 1, 2, "x"), { ...edit(1, 1, 1, 2, "x"), file: "b.yaml" }];
    expect(lineChange({ fix: { description: "d", edits } }, texts)).toBeUndefined();
  });
});

describe("the summary", () => {
  const report = (findings: Finding[], more: Partial<FindingsReport> = {}): FindingsReport => ({
    version: 1,
    findings,
    counts: { error: findings.length, warning: 0, info: 0 },
    suppressed: 0,
    baselined: 0,
    fixed: 0,
    notChecked: [],
    ...more,
  });
  const texts = new Map([["a.yaml", "tag: 1.30\npassword: hunter22\n"]]);
  const fix = {
    description: "quote it",
    edits: [{ file: "a.yaml", line: 1, column: 6, endLine: 1, endColumn: 10, text: '"1.30"' }],
  };

  it("counts what is not shown, and lists what was not checked by reason", () => {
    const unchecked = [
      { id: "L1", rule: "one", reason: "no cluster" },
      { id: "L2", rule: "two", reason: "no cluster" },
    ];
    const text = summaryOf({
      report: report([], { suppressed: 1, baselined: 2, fixed: 3, notChecked: unchecked }),
      checked: "1 file",
      texts,
    });
    expect(text).toContain("✅ No findings in 1 file. 3 repairs written, 1 suppressed, 2 in the baseline.");
    expect(text).toContain("| no cluster | L1 one, L2 two |");
  });

  it("says where findings concentrate, worst file first", () => {
    const findings = [
      finding(),
      finding({ file: "b.yaml" }),
      finding({ file: "b.yaml", line: 2, severity: "warning", fix }),
    ];
    const rows = summaryOf({ report: report(findings), checked: "x", texts })
      .split("\n")
      .filter((line) => /^\| `[ab]/.test(line));
    expect(rows).toEqual(["| `b.yaml` | 1 | 1 |  | 1 |", "| `a.yaml` | 1 |  |  |  |"]);
  });

  it("shows a repair as a diff, but no line with a secret", () => {
    const shown = summaryOf({ report: report([finding({ fix })]), checked: "x", texts });
    expect(shown).toContain('Line 1: quote it\n\n```diff\n-tag: 1.30\n+tag: "1.30"\n```');
    const secret = finding({ rule: "literal-secret-in-git", line: 2, endLine: 2 });
    const edits = [{ file: "a.yaml", line: 2, column: 1, endLine: 2, endColumn: 9, text: "pass" }];
    const hidden = summaryOf({
      report: report([finding({ line: 2, fix: { description: "d", edits } }), secret]),
      checked: "x",
      texts,
    });
    expect(hidden).not.toContain("hunter22");
  });

  it("ends below GitHub's limit, well-formed, and says what is left out", () => {
    const findings = Array.from({ length: 60 }, (_, file) =>
      many(200, { file: `${file}.yaml`, message: "x".repeat(200) }),
    ).flat();
    const text = summaryOf({ report: report(findings), checked: "60 files", texts });
    expect(Buffer.byteLength(text)).toBeLessThan(900 * 1024);
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    expect(text).toMatch(/\d+ files left out here; the findings file has all/);
  });
});

describe("the SARIF file", () => {
  const sarif = (findings: Finding[]) =>
    (
      sarifOf({ findings, silenced: [], known: [], rules: [RULE], cwd: "/checkout/repo" }) as {
        runs: [{ results: Record<string, never>[] }];
      }
    ).runs[0].results;

  it.each([
    ["a.yaml", { uri: "a.yaml", uriBaseId: "%SRCROOT%" }],
    ["ä b/c#.yaml", { uri: "%C3%A4%20b/c%23.yaml", uriBaseId: "%SRCROOT%" }],
    ["/checkout/repo/x.yaml", { uri: "x.yaml", uriBaseId: "%SRCROOT%" }],
    ["../x.yaml", { uri: "file:///checkout/x.yaml" }],
  ])("names %s as GitHub finds it", (file, artifactLocation) => {
    expect(sarif([finding({ file })])[0]).toMatchObject({
      locations: [{ physicalLocation: { artifactLocation } }],
    });
  });

  it("has the most severe first, and no more than GitHub takes", () => {
    const results = sarif([...many(30_000, { severity: "info" }), finding()]);
    expect(results).toHaveLength(25_000);
    expect(results.slice(0, 2)).toMatchObject([{ level: "error" }, { level: "note" }]);
  });

  it("says which results are silenced, and why", () => {
    const text = JSON.stringify(
      sarifOf({
        findings: [],
        silenced: [{ finding: finding({ line: 7 }), reason: "a fork" }],
        known: [finding({ line: 8 })],
        rules: [RULE],
        cwd: "/",
      }),
    );
    expect(text).toContain('"suppressions":[{"kind":"inSource","justification":"a fork"}]');
    expect(text).toContain('"suppressions":[{"kind":"external","justification":"in the baseline"}]');
  });
});

describe("rules that could not look", () => {
  const none = () => [];
  const rules: Rule[] = [
    { ...RULE, slug: "files", check: none },
    { ...RULE, slug: "cluster", checkCluster: none },
    { ...RULE, slug: "rendered", id: "X2", checkRendered: none },
    { ...RULE, slug: "commands", checkCommands: none },
    { ...RULE, slug: "both", check: none, checkRendered: none },
  ];

  it("are named with what is missing", () => {
    expect(notChecked(rules, { environment: {} }).map(({ rule, reason }) => `${rule}: ${reason}`)).toEqual([
      "cluster: no cluster was looked at",
      "rendered: no chart was rendered",
      "commands: no workflow or script was read",
      "both: no chart was rendered; looked at the files only",
    ]);
  });

  it("are not named when all was there", () => {
    expect(notChecked(rules, { environment: {}, cluster: {}, rendered: [], commands: [] })).toEqual([]);
  });

  it("are named where some was missing", () => {
    const evidence = {
      environment: {},
      cluster: {},
      rendered: [],
      commands: [],
      notRun: [{ rules: ["X2"], reason: "no helm" }],
    };
    expect(notChecked(rules, evidence)).toEqual([{ id: "X2", rule: "rendered", reason: "no helm" }]);
  });

  it("are not accused of suppressions that silence nothing", () => {
    const commandTexts = new Map([["a.sh", "true # clearml-lint-ignore cluster why\n"]]);
    expect(lintScope({ releases: [], commandTexts }, rules).findings).toEqual([]);
  });
});
