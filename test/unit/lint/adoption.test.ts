import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inFolder } from "../environment/support.ts";
import { places, run, runIn } from "./run-support.ts";
import { environmentOf } from "./support.ts";

const read = (folder: string, file: string) => readFileSync(join(folder, file), "utf8");

describe("fix", () => {
  const files = {
    "a.yaml": "# The server.\nclearml: { cookieName: 1.50 } # pinned\nwebserver:\n  ingres: {}\n",
  };
  const inputs = { files: ["a.yaml=control-plane"], fix: true };

  it("writes what is safe, keeps the rest of the file, and reports what remains", async () => {
    await inFolder(files, async (folder) => {
      const first = await runIn(folder, inputs);
      expect(read(folder, "a.yaml")).toBe(
        '# The server.\nclearml: { cookieName: "1.50" } # pinned\nwebserver:\n  ingress: {}\n',
      );
      expect(first.outputs).toMatchObject({ fixed: 2 });
      expect(first.report).toMatchObject({ fixed: 2 });
      expect(places(first).filter((each) => /implicit-type|unknown-key/.test(each))).toEqual([]);
      expect(first.log).toContain("repaired a.yaml:2: put the value in quotes");
      expect(first.summary).toContain("2 repairs written");
    });
  });

  it("has nothing to do the second time", async () => {
    await inFolder(files, async (folder) => {
      await runIn(folder, inputs);
      const before = read(folder, "a.yaml");
      const second = await runIn(folder, inputs);
      expect(second.outputs).toMatchObject({ fixed: 0 });
      expect(read(folder, "a.yaml")).toBe(before);
    });
  });

  it("is not made without being asked for, but shown", async () => {
    await inFolder(files, async (folder) => {
      const { report, summary, outputs } = await runIn(folder, { ...inputs, fix: false });
      expect(read(folder, "a.yaml")).toBe(files["a.yaml"]);
      expect(outputs).toMatchObject({ fixed: 0 });
      expect(report?.findings.find(({ rule }) => rule === "implicit-type")?.fix).toEqual({
        description: "put the value in quotes",
        edits: [{ file: "a.yaml", line: 2, column: 24, endLine: 2, endColumn: 28, text: '"1.50"' }],
      });
      expect(summary).toContain(
        '```diff\n-clearml: { cookieName: 1.50 } # pinned\n+clearml: { cookieName: "1.50" } # pinned\n```',
      );
    });
  });

  it("keeps the rights of a file, and leaves nothing beside it", async () => {
    await inFolder({}, async (folder) => {
      writeFileSync(join(folder, "a.yaml"), files["a.yaml"], { mode: 0o640 });
      await runIn(folder, inputs);
      expect(statSync(join(folder, "a.yaml")).mode & 0o777).toBe(0o640);
      expect(readdirSync(folder)).toEqual(["a.yaml"]);
    });
  });

  it("leaves links and files outside of the working folder alone, and says so", async () => {
    await inFolder({ "real/a.yaml": files["a.yaml"] }, async (folder) => {
      mkdirSync(join(folder, "work"));
      symlinkSync(join(folder, "real"), join(folder, "work", "linked"));
      mkdirSync(join(folder, "work", "inner"));
      writeFileSync(join(folder, "work", "inner", "a.yaml"), files["a.yaml"]);
      symlinkSync("inner/a.yaml", join(folder, "work", "link.yaml"));
      const result = await runIn(join(folder, "work"), {
        fix: true,
        failOn: "never",
        files: ["../real/a.yaml=control-plane", "link.yaml=control-plane"],
      });
      expect(read(folder, "real/a.yaml")).toBe(files["a.yaml"]);
      expect(read(folder, "work/inner/a.yaml")).toBe(files["a.yaml"]);
      expect(result.outputs).toMatchObject({ fixed: 0 });
      expect(
        result.annotations.filter(([level]) => level === "warning").map(([, { message }]) => message),
      ).toEqual(
        expect.arrayContaining([
          "../real/a.yaml was not repaired: it lies outside of the working folder",
          "link.yaml was not repaired: it is a link, or lies behind one",
        ]),
      );
    });
  });
});

describe("a baseline", () => {
  const bad = "somethingElse: 1\nclearml: { cookieName: 1.50 }\n";
  const files = environmentOf({ controlPlane: bad });

  /** An environment whose findings are all in `known.json`. */
  const withBaseline = (work: (folder: string) => Promise<void>) =>
    inFolder(files, async (folder) => {
      const { report } = await runIn(folder, { failOn: "never" });
      expect(report?.findings.length).toBeGreaterThan(1);
      writeFileSync(join(folder, "known.json"), JSON.stringify(report));
      await work(folder);
    });

  it("made of an earlier run keeps what it knows from failing, and counts it", () =>
    withBaseline(async (folder) => {
      const result = await runIn(folder, { baseline: "known.json", failOn: "warning" });
      expect(result.thrown).toBeUndefined();
      expect(result.annotations).toEqual([]);
      expect(result.report).toMatchObject({ findings: [], baselined: 2, counts: { error: 0 } });
      expect(result.summary).toContain("2 in the baseline");
    }));

  it("knows a finding whose line has moved, and no other", () =>
    withBaseline(async (folder) => {
      writeFileSync(
        join(folder, "control-plane.yaml"),
        `# new\n\n${bad}webserver: { ingress: { hostName: 1.60 } }\n`,
      );
      expect(places(await runIn(folder, { baseline: "known.json" }))).toEqual([
        "implicit-type control-plane.yaml:5",
      ]);
    }));

  it("knows a finding whose line has another indentation", () =>
    withBaseline(async (folder) => {
      writeFileSync(join(folder, "control-plane.yaml"), `  ${bad.replace("\n", "\n  ")}`);
      expect(places(await runIn(folder, { baseline: "known.json" }))).toEqual([]);
    }));

  it("is not said to hold too much about a rule that could not look", () =>
    withBaseline(async (folder) => {
      const known = JSON.parse(read(folder, "known.json")) as { findings: object[] };
      known.findings.push({ rule: "np-not-enforced", file: "clearml.yaml", fingerprint: "00" });
      writeFileSync(join(folder, "known.json"), JSON.stringify(known));
      expect((await runIn(folder, { baseline: "known.json" })).annotations).toEqual([]);
    }));

  it("tells two equal lines apart", () =>
    inFolder({ "a.yaml": "a: { hostName: 1.5 }\n" }, async (folder) => {
      const same = "    - name: X\n      value: 1\n";
      const text = (count: number) => `apiserver:\n  extraEnvs:\n${same.repeat(count)}`;
      writeFileSync(join(folder, "a.yaml"), text(1));
      const inputs = { files: ["a.yaml=control-plane"], failOn: "never" } as const;
      writeFileSync(join(folder, "known.json"), JSON.stringify((await runIn(folder, inputs)).report));
      writeFileSync(join(folder, "a.yaml"), text(2));
      const found = places(await runIn(folder, { ...inputs, baseline: "known.json" }));
      expect(found.filter((each) => each.startsWith("env-value-not-string"))).toEqual([
        "env-value-not-string a.yaml:6",
      ]);
    }));

  it("says which entries are found no longer, and with fix takes them out", () =>
    withBaseline(async (folder) => {
      writeFileSync(join(folder, "control-plane.yaml"), "somethingElse: 1\n");
      const result = await runIn(folder, { baseline: "known.json" });
      expect(result.annotations).toMatchObject([
        [
          "info",
          { message: "1 entry of the baseline found no longer", hint: expect.stringContaining("fix") },
        ],
      ]);
      expect(result.summary).toContain("| `implicit-type` | `control-plane.yaml` |");
      const fixed = await runIn(folder, { baseline: "known.json", fix: true });
      expect(fixed.annotations).toEqual([]);
      const left = JSON.parse(read(folder, "known.json")) as { findings: { rule: string }[]; counts: object };
      expect(left.findings.map(({ rule }) => rule)).toEqual(["unknown-key"]);
      expect(left.counts).toEqual({ error: 0, warning: 0, info: 1 });
    }));

  it("is not said to hold too much where a run did not look", () =>
    withBaseline(async (folder) => {
      writeFileSync(join(folder, "redis.yaml"), "{}\n");
      const result = await runIn(folder, { baseline: "known.json", files: ["redis.yaml=redis"] });
      expect(result.annotations).toEqual([]);
    }));

  it.each([
    ["missing", undefined, "input `baseline`: known.json does not exist"],
    ["no JSON", "hunter22", "is no findings file of version 1"],
    ["of another version", '{ "version": 2, "findings": [] }', "at `version`"],
    [
      "without fingerprints",
      '{ "version": 1, "findings": [{ "rule": "a", "file": "b" }] }',
      "at `findings.0.fingerprint`",
    ],
  ])("that is %s is refused, with the way to make one", async (_, text, message) => {
    const { thrown } = await run(text === undefined ? files : { ...files, "known.json": text }, {
      baseline: "known.json",
    });
    expect(thrown?.kind).toBe("input");
    expect(thrown?.message).toContain(message);
    expect(thrown?.message).not.toContain("hunter22");
    expect(thrown?.problems[0]?.hint).toContain("run without `baseline`");
  });
});
