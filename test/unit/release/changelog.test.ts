import { describe, expect, it } from "vitest";
import {
  nextVersion,
  parseChangelog,
  releasedVersion,
  releaseUnreleased,
} from "../../../scripts/release/changelog.ts";
import { caughtProblems } from "./problems.ts";

const TEXT = `# Changelog

Versions follow semantic versioning.

## Unreleased

### Added

- Something new.

## 1.1.0 - 2026-11-22

### Changed

- Another thing.

\`\`\`text
## not a heading
\`\`\`

## 1.0.0 - 2026-10-01

- The first.
`;

describe("parseChangelog", () => {
  it("finds the unreleased part and the versions with their days, lines and notes", () => {
    const { unreleased, released } = parseChangelog(TEXT);
    expect(unreleased).toEqual({ line: 5, notes: "### Added\n\n- Something new." });
    expect(released.map(({ version, date, line }) => [version, date, line])).toEqual([
      ["1.1.0", "2026-11-22", 11],
      ["1.0.0", "2026-10-01", 21],
    ]);
    expect(released[0]?.notes).toBe("### Changed\n\n- Another thing.\n\n```text\n## not a heading\n```");
    expect(released[1]?.notes).toBe("- The first.");
  });

  it.each([
    ["no heading at all", "# Changelog\n", 1, "the first section is not `## Unreleased`"],
    [
      "no unreleased part",
      TEXT.replace("## Unreleased", "## 1.2.0 - 2026-11-23"),
      5,
      "is not `## Unreleased`",
    ],
    [
      "a second unreleased part",
      `${TEXT}\n## Unreleased\n`,
      25,
      "`## Unreleased` is no heading of a version",
    ],
    ["brackets", TEXT.replace("1.1.0 -", "[1.1.0] -"), 11, "`[1.1.0]` is no version of three numbers"],
    ["a v", TEXT.replace("1.1.0 -", "v1.1.0 -"), 11, "`v1.1.0` is no version of three numbers"],
    ["two numbers", TEXT.replace("1.1.0 -", "1.1 -"), 11, "`1.1` is no version of three numbers"],
    ["a preview", TEXT.replace("1.1.0 -", "1.1.0-rc.1 -"), 11, "`1.1.0-rc.1` is no version of three numbers"],
    ["leading zeros", TEXT.replace("1.1.0 -", "1.01.0 -"), 11, "`1.01.0` is no version of three numbers"],
    ["no day", TEXT.replace("1.1.0 - 2026-11-22", "1.1.0"), 11, "`## 1.1.0` is no heading of a version"],
    ["a day that never was", TEXT.replace("2026-11-22", "2026-02-30"), 11, "`2026-02-30` is no day"],
    ["a day in another form", TEXT.replace("2026-11-22", "22.11.2026"), 11, "`22.11.2026` is no day"],
    ["a version without notes", TEXT.replace("- The first.\n", ""), 21, "1.0.0 has no notes"],
    [
      "a version twice",
      TEXT.replace("1.0.0", "1.1.0"),
      11,
      "1.1.0 stands above 1.1.0 (line 21) and is not greater",
    ],
    ["versions upside down", TEXT.replace("1.0.0", "1.10.0"), 11, "1.1.0 stands above 1.10.0 (line 21)"],
  ])("refuses %s, with line and repair", (_, text, line, message) => {
    const [problem] = caughtProblems(() => parseChangelog(text));
    expect(problem?.message).toContain(message);
    expect(problem?.at).toMatchObject({ file: "CHANGELOG.md", line });
    expect(problem?.hint).toMatch(/\S/);
  });
});

describe("nextVersion", () => {
  const changelog = parseChangelog(TEXT);

  it.each([
    ["patch", "1.1.1"],
    ["minor", "1.2.0"],
    ["major", "2.0.0"],
    ["1.5.0", "1.5.0"],
  ])("of 1.1.0 by %s is %s", (step, version) => {
    expect(nextVersion(changelog, "1.1.0", step)).toBe(version);
  });

  it("before the first version goes on from package.json", () => {
    expect(nextVersion(parseChangelog("## Unreleased\n"), "0.1.0", "major")).toBe("1.0.0");
  });

  it.each([
    ["1.1.0", "1.1.0", "1.1.0 is not greater than 1.1.0"],
    ["1.1.0", "1.0.9", "1.0.9 is not greater than 1.1.0"],
    ["1.1.0", "premajor", "`premajor` is neither a step nor a version"],
    ["1.1.0", "v2.0.0", "`v2.0.0` is neither a step nor a version"],
    ["1.1.0", "1.2", "`1.2` is neither a step nor a version"],
    ["1.0.0", "minor", "the last version is 1.1.0 here, and 1.0.0 in package.json"],
  ])("with package.json at %s and %s is refused: %s", (packageVersion, step, message) => {
    const [problem] = caughtProblems(() => nextVersion(changelog, packageVersion, step));
    expect(problem?.message).toContain(message);
    expect(problem?.hint).toMatch(/\S/);
  });
});

describe("releaseUnreleased", () => {
  it("puts the version's heading below the one of what comes next", () => {
    const text = releaseUnreleased(TEXT, "1.2.0", "2026-12-01");
    const { unreleased, released } = parseChangelog(text);
    expect(unreleased.notes).toBe("");
    expect(released[0]).toMatchObject({
      version: "1.2.0",
      date: "2026-12-01",
      notes: "### Added\n\n- Something new.",
    });
    expect(released.slice(1).map(({ notes }) => notes)).toEqual(
      parseChangelog(TEXT).released.map(({ notes }) => notes),
    );
    expect(text).toContain("## Unreleased\n\n## 1.2.0 - 2026-12-01\n\n### Added\n");
  });

  it("refuses when nothing is unreleased", () => {
    const empty = releaseUnreleased(TEXT, "1.2.0", "2026-12-01");
    expect(caughtProblems(() => releaseUnreleased(empty, "1.3.0", "2026-12-01"))).toEqual([
      expect.objectContaining({ message: "nothing is unreleased", at: expect.objectContaining({ line: 5 }) }),
    ]);
  });
});

describe("releasedVersion", () => {
  it("is the one on top, when package.json has it too", () => {
    expect(releasedVersion(parseChangelog(TEXT), "1.1.0")?.version).toBe("1.1.0");
    expect(releasedVersion(parseChangelog("## Unreleased\n"), "0.1.0")).toBeUndefined();
    expect(caughtProblems(() => releasedVersion(parseChangelog(TEXT), "1.2.0"))[0]?.at).toMatchObject({
      line: 11,
    });
  });
});
