import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import { fails, lintFiles } from "../../../src/lint/engine.ts";
import type { Rule } from "../../../src/lint/model.ts";
import { RULES } from "../../../src/lint/rules/index.ts";
import { parseYaml } from "../../../src/yaml/source.ts";
import { load } from "../environment/support.ts";
import { environmentOf, lintEnvironment, lintEnvironmentFiles, lintText, short } from "./support.ts";

const BROKEN: Rule = {
  id: "X1",
  slug: "broken",
  severity: "warning",
  about: "Throws.",
  why: "A test.",
  // biome-ignore lint/correctness/useYield: it throws before it can yield
  *check() {
    throw new Error("oops");
  },
};

describe("a rule that throws", () => {
  it("is reported as its own bug and hides nothing", () => {
    const source = parseYaml("auth: { password: hunter22hunter22 }\n", "values.yaml");
    const { findings } = lintFiles([{ source, component: "redis" }], [BROKEN, ...RULES]);
    expect(findings.map((each) => each.rule)).toEqual(["broken", "literal-secret-in-git"]);
    expect(findings[0]).toMatchObject({
      severity: "error",
      message: expect.stringContaining("rule `broken` failed: oops"),
    });
  });
});

describe("severities", () => {
  const overrides = { controlPlane: "somethingElse: 1\nclearml: { cookieName: 1.50 }\n" };

  it("are those of the rules", async () => {
    const report = await lintEnvironmentFiles(environmentOf(overrides));
    expect(report.findings.map(short)).toEqual(["L24 info 1:1", "L10 error 2:24"]);
    expect(report.counts).toEqual({ error: 1, warning: 0, info: 1 });
  });

  it("may be set by rule, also to off", async () => {
    const more = "lint: { rules: { unknown-key: error, implicit-type: off } }\n";
    const report = await lintEnvironmentFiles(environmentOf({ ...overrides, more }));
    expect(report.findings.map(short)).toEqual(["L24 error 1:1"]);
  });

  it("of a rule nobody knows are refused, with its place", async () => {
    const environment = await load(environmentOf({ more: "lint: { rules: { unknown-kye: off } }\n" }));
    let thrown: unknown;
    try {
      lintEnvironment(environment);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UserError);
    expect(thrown).toMatchObject({
      kind: "input",
      problems: [
        {
          message: "unknown rule `unknown-kye` in `lint.rules`",
          hint: "did you mean `unknown-key`?",
          at: { file: "clearml.yaml", line: 12, column: 18 },
        },
      ],
    });
  });
});

describe("the report", () => {
  it("has each finding once, though two tenants share the file", async () => {
    const files = environmentOf({ agent: "agentk8sglue: { debugMod: true }\n" });
    const acme = files["tenants/acme.yaml"] ?? "";
    const report = await lintEnvironmentFiles({
      ...files,
      "tenants/other.yaml": acme.replace("name: acme", "name: other").replace("a@acme", "b@acme"),
    });
    expect(report.findings.map(short)).toEqual(["L24 warning 1:17"]);
  });

  it("leaves out what is not enabled", async () => {
    const files = environmentOf({ controlPlane: "nonsense: [1\n" });
    const text = files["clearml.yaml"] ?? "";
    const report = await lintEnvironmentFiles({
      ...files,
      "clearml.yaml": text.replace("version: 10.12.7", "enabled: false"),
    });
    expect(report.findings).toEqual([]);
  });

  it("points at inline values within clearml.yaml", async () => {
    const files = environmentOf({});
    const report = await lintEnvironmentFiles({
      ...files,
      "clearml.yaml": (files["clearml.yaml"] ?? "").replace(
        "cookieDomain:",
        "cookieDomian: x, cookieDomain:",
      ),
    });
    expect(report.findings).toMatchObject([
      { rule: "unknown-key", file: "clearml.yaml", line: 10, column: 70 },
    ]);
  });

  it("follows a value to the file that set it last", async () => {
    const report = await lintEnvironmentFiles(
      environmentOf({
        controlPlane: "fileserver: { ingress: { enabled: true, hostName: files.ml.example.com } }\n",
        agent: "agentk8sglue: { fileServerUrlReference: https://file.ml.example.com }\n",
      }),
    );
    expect(report.findings).toMatchObject([
      {
        rule: "file-vs-files",
        file: "tenants/acme/agent.yaml",
        related: [{ file: "control-plane.yaml", line: 1, column: 51 }],
      },
    ]);
  });

  it("follows a value to the layer that wins", async () => {
    const server = (host: string) => `webserver: { ingress: { enabled: true, hostName: ${host} } }`;
    const files = environmentOf({ controlPlane: `${server("app.example.com")}\n` });
    const report = await lintEnvironmentFiles({
      ...files,
      "clearml.yaml": (files["clearml.yaml"] ?? "").replace(
        "values: {",
        `values: { ${server("app.example.org")},`,
      ),
    });
    expect(report.findings.filter(({ severity }) => severity === "error")).toMatchObject([
      { rule: "host-outside-cookie-domain", file: "clearml.yaml" },
    ]);
  });

  it("gives every finding a range and a page", () => {
    for (const finding of lintText("redis", "auth:\n  enabled: 'yes'\n  pasword: x\n").findings) {
      expect(finding.endLine).toBeGreaterThanOrEqual(finding.line);
      expect(finding.endColumn).toBeGreaterThan(finding.column);
      expect(finding.docs).toMatch(/^https:\/\//);
    }
  });
});

describe("hostile files", () => {
  it.each([
    [
      "an alias bomb",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefgh"].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefg"[index]}`).join(",")}]`).join("\n")}\n`,
    ],
    ["a prototype key", "__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }\n"],
    ["NUL bytes", "auth: \u0000\u0000\n"],
    ["a key of a list", "? [a, b]\n: c\n"],
    ["numbers for keys", "1: 2\n3.5: 4\ntrue: 5\nnull: 6\n"],
    ["an alias to nothing", "a: *nowhere\n"],
    ["a cyclic alias", "a: &a\n  b: *a\n"],
  ])("%s ends in findings or none, and pollutes nothing", (_, text) => {
    const { findings } = lintText("redis", text);
    expect(findings.filter((each) => each.message.includes("this is a bug"))).toEqual([]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("fails", () => {
  const report = (error: number, warning: number, info: number) => ({
    version: 1 as const,
    findings: [],
    counts: { error, warning, info },
    suppressed: 0,
  });

  it.each([
    [report(1, 0, 0), true, true, false],
    [report(0, 1, 0), false, true, false],
    [report(0, 0, 1), false, false, false],
    [report(0, 0, 0), false, false, false],
  ])("case %#", (each, onError, onWarning, never) => {
    expect([fails(each, "error"), fails(each, "warning"), fails(each, "never")]).toEqual([
      onError,
      onWarning,
      never,
    ]);
  });
});
