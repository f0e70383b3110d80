import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatProblem, UserError } from "../../../../src/core/errors.ts";
import { readIgnoreFile } from "../../../../src/drift/ignore/read.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ignore-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string) {
  writeFileSync(join(folder, "drift-ignore.yaml"), text);
  return readIgnoreFile("drift-ignore.yaml", { cwd: folder });
}

/** What is wrong, a line each. */
function refusal(text: string): string[] {
  try {
    read(text);
  } catch (thrown) {
    if (thrown instanceof UserError) return thrown.problems.map(formatProblem);
    throw thrown;
  }
  return [];
}

const rule = (lines: string, rest = "reason: a party\n    until: 2027-01-31") =>
  `version: 1\nrules:\n  - ${lines}\n    ${rest}\n`;

describe("an ignore file", () => {
  it("has rules with places", () => {
    const rules = read(`version: 1
rules:
  - component: agent
    tenant: acme
    class: modified
    kind: Deployment
    namespace: acme-*
    name: clearml-agent
    path: /spec/replicas
    manager: kubectl*
    reason: more workers for the release
    until: 2027-01-31
  - { path: 'values.resources.*', reason: sizes are tried out, until: "2026-12-24" }
`);
    expect(rules).toMatchObject([
      {
        selectors: {
          component: "agent",
          tenant: "acme",
          class: "modified",
          kind: "Deployment",
          namespace: "acme-*",
          name: "clearml-agent",
          path: "/spec/replicas",
          manager: "kubectl*",
        },
        reason: "more workers for the release",
        until: "2027-01-31",
        at: { file: "drift-ignore.yaml", line: 3, column: 5 },
      },
      { selectors: { path: "values.resources.*" }, until: "2026-12-24", at: { line: 13, column: 5 } },
    ]);
    expect(rules[0]?.selectors).not.toHaveProperty("reason");
  });

  it("may have no rules yet", () => expect(read("version: 1\nrules: []\n")).toEqual([]));

  it.each([
    ["component: tenant"],
    ["component: 'app-*'"],
    ["path: /metadata/annotations/example.com~1owner"],
    ["path: /spec/template/spec/containers/name=web/image"],
    ["path: values"],
    ["path: chart"],
    ['path: values.nodeSelector["kubernetes.io/arch"]'],
    ["path: values.env[CLEARML_API]"],
    ["path: 'values.env (order)'"],
  ])("takes %s", (selector) => expect(refusal(rule(selector))).toEqual([]));

  it.each([
    ["", "1:1: the file is empty; it has `version: 1`"],
    ["- component: agent", "1:1: an ignore file is a map of keys; it has `version: 1`"],
    ["rules: []", "1:1: `version` is missing; add `version`"],
    ["version: 2\nrules: []", "1:10: `version`: expected 1, found `2`"],
    ["version: 1\nrule: []\nrules: []", "2:1: unknown key `rule`; did you mean `rules`?"],
    ["version: 1\nrules: none", "2:8: `rules`: expected a list, found `none`"],
    ["version: 1\nrules: [agent]", "2:9: `rules.0`: expected a map, found `agent`"],
    [
      rule("component: agnet"),
      "3:16: `rules.0.component`: expected a component (did you mean `agent`?), found `agnet`",
    ],
    [rule("component: nginx"), "3:16: `rules.0.component`: expected one of gpu-operator, "],
    [rule("class: modifed"), "3:12: `rules.0.class`: expected one of missing, "],
    [rule("class: modifed"), "did you mean `modified`?"],
    [rule("nme: web"), "3:5: unknown key `nme` in `rules.0`; did you mean `name`?"],
    [rule("name: 12"), "3:11: `rules.0.name`: expected a text, found `12`; write it in quotes"],
    [rule("name: ''"), "3:11: `rules.0.name`: expected a text that is not empty"],
    [rule("path: spec.replicas"), "3:11: `rules.0.path`: expected a JSON pointer such as /spec/replicas"],
    [rule("path: /spec//replicas"), "`rules.0.path`: expected a JSON pointer"],
    [rule("path: /spec/"), "`rules.0.path`: expected a JSON pointer"],
    [rule("path: /"), "`rules.0.path`: expected a JSON pointer"],
    [rule("path: /a~2b"), "`rules.0.path`: expected a JSON pointer"],
    [rule("path: valuesof.image"), "`rules.0.path`: expected a JSON pointer"],
    [rule("name: web", "until: 2027-01-31"), "3:5: `rules.0.reason` is missing; add `reason` to `rules.0`"],
    [
      rule("name: web", "reason: ' '\n    until: 2027-01-31"),
      "`rules.0.reason`: expected a text that is not empty",
    ],
    [rule("name: web", "reason: a party"), "3:5: `rules.0.until` is missing; add `until` to `rules.0`"],
    [
      rule("name: web", "reason: a party\n    until: 2027-02-30"),
      "5:12: `rules.0.until`: expected the last day it is valid for, such as 2027-01-31, found `2027-02-30`",
    ],
    [rule("name: web", "reason: a party\n    until: next year"), "found `next year`"],
    [rule("name: web", "reason: a party\n    until: 2027"), "`rules.0.until`: expected a text, found `2027`"],
    [
      "version: 1\nrules:\n  - reason: peace\n    until: 2027-01-31\n",
      "3:5: `rules.0` does not say what it is for, and would hide all drift; add component, ",
    ],
    [rule("name: web\n    name: db"), "4:5: duplicate key `name`"],
    ["version: 1\nrules: [", "invalid YAML"],
    ["version: 1\nrules: []\n---\nversion: 1\n", "more than one YAML document"],
  ])("%j is refused: %s", (text, expected) => {
    const problems = refusal(text);
    expect(problems.join("\n")).toContain(expected);
    for (const line of problems) expect(line).toMatch(/^drift-ignore\.yaml:\d+:\d+: /);
  });

  it("is refused with everything that is wrong at once", () => {
    expect(refusal(`${rule("class: odd")}  - kind: Pod\n`)).toHaveLength(3);
  });

  it.each([
    ["none.yaml", "ignore file none.yaml does not exist"],
    ["folder", "ignore file folder is a folder"],
    ["link.yaml", "ignore file link.yaml is a link that leads out of the working folder"],
  ])("%s is refused: %s", (file, message) => {
    mkdirSync(join(folder, "folder"), { recursive: true });
    if (file === "link.yaml") symlinkSync("/etc/hostname", join(folder, file));
    expect(() => readIgnoreFile(file, { cwd: folder })).toThrow(message);
  });
});
