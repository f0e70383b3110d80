import { describe, expect, it } from "vitest";
import { inFolder, SOUND } from "../environment/support.ts";
import { MASKED, run, runIn } from "./run-support.ts";

const BAD = "webserver:\n  ingres: {}\nimageCredentials:\n  password: hunter22hunter22\nother: 1\n";

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

  it("tells on GitHub what it does not show, and in a terminal shows all", async () => {
    const files = { "a.yaml": Array.from({ length: 11 }, (_, index) => `other${index}: 1\n`).join("") };
    const shown = (env: Record<string, string>) =>
      inFolder(files, async (folder) => (await runIn(folder, { files: ["a.yaml=redis"] }, env)).annotations);
    expect((await shown({ GITHUB_ACTIONS: "true" }))[0]?.[1].message).toMatch(/^2 of 11 notes are not shown/);
    expect(await shown({})).toHaveLength(11);
  });

  it("writes a summary with counts, a table, and the details of each file", async () => {
    const { summary } = await run({ "a.yaml": BAD }, { files: ["a.yaml=control-plane"], failOn: "never" });
    expect(summary).toContain("**1 error, 1 warning, 1 note** in 1 file.");
    expect(summary).toMatch(/\| ❌ \| L56 \[literal-secret-in-git\]\(https:[^)]+\) \| `a.yaml:4` \|/);
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
    expect(result.summary).toMatch(
      /^✅ No findings in 2 files\.\n\n<details><summary>Not checked: \d+ rules/,
    );
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
