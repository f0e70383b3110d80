import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Problem, UserError } from "../../../src/core/errors.ts";
import type { Level } from "../../../src/core/host.ts";
import { createSecrets } from "../../../src/core/secrets.ts";
import type { FindingsReport } from "../../../src/lint/model.ts";
import { type LintInputs, lint } from "../../../src/lint/run.ts";
import { type Files, inFolder, SOUND } from "../environment/support.ts";

interface Run {
  outputs?: { errors: number; warnings: number; findings: string };
  report?: FindingsReport;
  annotations: [Level, Problem, string | undefined][];
  summary: string;
  log: string[];
  thrown?: UserError;
}

const BAD = "webserver:\n  ingres: {}\nimageCredentials:\n  password: hunter22hunter22\nother: 1\n";

/** A value the runner knows to be secret. */
const MASKED = "Masked-Host.example.com";

/** Runs the action's work in a folder with these files. */
function run(files: Files, inputs: Partial<LintInputs>): Promise<Run> {
  return inFolder(files, async (folder) => {
    const result: Run = { annotations: [], summary: "", log: [] };
    const secrets = createSecrets(() => undefined);
    secrets.mask(MASKED);
    const context = {
      log: {
        info: (text: string) => void result.log.push(text),
        debug: () => undefined,
        group: <T>(_: string, work: () => Promise<T>) => work(),
      },
      annotate: (...args: [Level, Problem, string?]) =>
        void result.annotations.push(args as Run["annotations"][number]),
      summary: (markdown: string) => {
        result.summary += markdown;
      },
      outputDir: async () => folder,
      secrets,
    };
    try {
      await lint({ config: "clearml.yaml", files: [], ...inputs }, folder, context, (outputs) => {
        result.outputs = outputs;
      });
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      result.thrown = thrown;
    }
    if (result.outputs)
      result.report = JSON.parse(readFileSync(result.outputs.findings, "utf8")) as FindingsReport;
    return result;
  });
}

describe("lint", () => {
  it("sets outputs, writes the findings, shows each and then fails", async () => {
    const result = await run({ "a.yaml": BAD }, { files: ["a.yaml=control-plane"] });
    expect(result.outputs).toMatchObject({ errors: 1, warnings: 1 });
    expect(result.report).toMatchObject({
      version: 1,
      counts: { error: 1, warning: 1, info: 1 },
      suppressed: 0,
    });
    expect(
      result.annotations.map(([level, { at }, title]) => `${level} ${at?.file}:${at?.line} ${title}`),
    ).toEqual([
      "error a.yaml:4 L56 literal-secret-in-git",
      "warning a.yaml:2 L24 unknown-key",
      "info a.yaml:5 L24 unknown-key",
    ]);
    expect(result.thrown).toMatchObject({ kind: "findings", message: "1 file: 1 error, 1 warning, 1 note" });
  });

  it("writes a summary with counts, a table, and the details of each file", async () => {
    const { summary } = await run({ "a.yaml": BAD }, { files: ["a.yaml=control-plane"], failOn: "never" });
    expect(summary).toContain("**1 error, 1 warning, 1 note** in 1 file.");
    expect(summary).toContain("| ❌ | L56 literal-secret-in-git | `a.yaml:4` |");
    expect(summary).toContain("<details><summary>a.yaml: 1 error, 1 warning, 1 note</summary>");
  });

  it("never repeats a secret that stands in a file", async () => {
    const result = await run({ "a.yaml": BAD }, { files: ["a.yaml=control-plane"] });
    const shown = JSON.stringify([result.annotations, result.summary, result.report, result.thrown?.message]);
    expect(shown).not.toContain("hunter22");
  });

  it("writes no value to disk that is masked", async () => {
    const { report } = await run(
      { "a.yaml": `webserver: { ingress: { hostName: ${MASKED} } }\n` },
      { files: ["a.yaml=control-plane"] },
    );
    expect(report?.findings[0]?.message).toContain("`***` is not a bare host name");
  });

  it.each([
    ["error", false],
    ["warning", true],
    ["never", false],
  ] as const)("with fail-on %s a warning fails the run: %s", async (failOn, fails) => {
    const result = await run(
      { "a.yaml": "webserver: { ingres: {} }\n" },
      { files: ["a.yaml=control-plane"], failOn },
    );
    expect(result.thrown !== undefined).toBe(fails);
  });

  it("takes fail-on from the environment file, and the input before it", async () => {
    const files = {
      "clearml.yaml": `${SOUND.replace(
        "version: 10.12.7",
        "overrides: [a.yaml]",
      )}secrets: [TOKEN]\nlint: { failOn: warning }\n`,
      "a.yaml":
        "imageCredentials: { password: '${TOKEN}' }\nclearml: { cookieDomain: ml.example.com }\nwebserver: { ingres: {} }\n",
    };
    expect((await run(files, {})).thrown).toMatchObject({ kind: "findings" });
    expect((await run(files, { failOn: "error" })).thrown).toBeUndefined();
  });

  it("takes broken YAML in an override file for a finding", async () => {
    const files = {
      "clearml.yaml": SOUND.replace("version: 10.12.7", "overrides: [a.yaml]"),
      "a.yaml": "a: [\n",
    };
    const result = await run(files, {});
    expect(result.thrown?.kind).toBe("findings");
    expect(result.report?.findings.map((each) => each.id)).toContain("Y1");
  });

  it("says so when there is nothing to say", async () => {
    const result = await run({ "a.yaml": "" }, { files: ["a.yaml=redis", "a.yaml=agent"] });
    expect(result.summary).toBe("✅ No findings in 2 files.");
    expect(result.log).toEqual(["2 files: no findings"]);
    expect(result.outputs).toMatchObject({ errors: 0, warnings: 0 });
    expect(result.report?.findings).toEqual([]);
  });

  it("refuses a missing config, naming the input, and sets no outputs", async () => {
    const result = await run({ "other.yaml": "" }, {});
    expect(result.thrown).toMatchObject({
      kind: "input",
      problems: [
        {
          message: "config file clearml.yaml does not exist",
          hint: expect.stringContaining("`config` input"),
        },
      ],
    });
    expect(result.outputs).toBeUndefined();
  });

  it("refuses wrong lines of `files`, all at once", async () => {
    const { thrown } = await run(
      { "a=b.yaml": "" },
      { files: ["a.yaml", "a.yaml=agnet", "gone.yaml=agent", "a=b.yaml=agent"] },
    );
    expect(thrown?.kind).toBe("input");
    expect(thrown?.problems).toMatchObject([
      { message: "input `files`: `a.yaml` names no component" },
      { message: "input `files`: `agnet` is not a component", hint: "did you mean `agent`?" },
      { message: "input `files`: gone.yaml does not exist" },
    ]);
  });
});
