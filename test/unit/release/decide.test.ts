import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseChangelog } from "../../../scripts/release/changelog.ts";
import { decide, tagsOf } from "../../../scripts/release/decide.ts";
import { prepare } from "../../../scripts/release/prepare.ts";
import { caughtProblems } from "./problems.ts";

const scratch = mkdtempSync(join(tmpdir(), "release-decide-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function changelogOf(version: string) {
  return parseChangelog(`## Unreleased\n\n## ${version} - 2026-11-22\n\n- Something.\n`);
}

function decided(version: string, tags: Record<string, string>, again = false) {
  const facts = { changelog: changelogOf(version), packageVersion: version, head: "head", again };
  return decide({ ...facts, tags: new Map(Object.entries(tags)) });
}

describe("decide", () => {
  it("has nothing to do before the first version", () => {
    const changelog = parseChangelog("## Unreleased\n\n- Something.\n");
    expect(decide({ changelog, packageVersion: "0.1.0", tags: new Map(), head: "head" })).toBeUndefined();
  });

  const after = { "v1.2.0": "a", "v1.3.0": "b", v1: "b", "v2.0.0": "c", v2: "c", nightly: "d" };
  it.each([
    [
      "the first",
      "1.0.0",
      {},
      { release: true, major: "v1", "move-major": true, latest: true, commit: "head" },
    ],
    [
      "the next",
      "2.1.0",
      after,
      { release: true, major: "v2", "move-major": true, latest: true, commit: "head" },
    ],
    ["a new major", "3.0.0", after, { release: true, major: "v3", "move-major": true, latest: true }],
    [
      "a repair of the last 1.x",
      "1.3.1",
      after,
      { release: true, major: "v1", "move-major": true, latest: false },
    ],
    [
      "a repair of an older 1.x",
      "1.2.1",
      after,
      { release: true, major: "v1", "move-major": false, latest: false },
    ],
    ["one that is out", "2.0.0", after, { release: false, commit: "c", "move-major": true, latest: true }],
  ])("%s", (_, version, tags, expected) => {
    expect(decided(version, tags)).toMatchObject({ ...expected, version, tag: `v${version}` });
  });

  it("goes on with a version whose tag is there when it is told to, at the tag's commit", () => {
    expect(decided("2.0.0", after, true)).toMatchObject({ release: true, commit: "c" });
  });

  it("refuses a version that its successor has overtaken", () => {
    expect(caughtProblems(() => decided("1.2.3", { "v1.2.4": "a" }))[0]?.message).toBe(
      "1.2.3 has no tag, but v1.2.4 has".replace("v", ""),
    );
  });

  it("refuses when package.json has another version", () => {
    const facts = { changelog: changelogOf("1.0.0"), packageVersion: "1.0.1", tags: new Map(), head: "head" };
    expect(caughtProblems(() => decide(facts))[0]?.at).toMatchObject({ file: "CHANGELOG.md", line: 3 });
  });
});

describe("tagsOf", () => {
  it("reads tags with the commits they lead to, also tags that are objects", () => {
    const git = (...args: string[]) => execFileSync("git", args, { cwd: scratch, encoding: "utf8" }).trim();
    const me = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    git("init", "--quiet");
    git(...me, "commit", "--quiet", "--allow-empty", "-m", "one");
    git("tag", "v1.0.0");
    git(...me, "tag", "-a", "v1", "-m", "signed");
    const head = git("rev-parse", "HEAD");
    expect(tagsOf(scratch)).toEqual(
      new Map([
        ["v1", head],
        ["v1.0.0", head],
      ]),
    );
  });
});

describe("prepare", () => {
  it("makes what is unreleased a version of today, in all three files", () => {
    const file = (name: string) => join(scratch, name);
    const lock = {
      name: "x",
      version: "1.0.0",
      packages: { "": { version: "1.0.0" }, "node_modules/y": { version: "1.0.0" } },
    };
    writeFileSync(file("CHANGELOG.md"), "## Unreleased\n\n- New.\n\n## 1.0.0 - 2026-10-01\n\n- Old.\n");
    writeFileSync(file("package.json"), `${JSON.stringify({ name: "x", version: "1.0.0" }, null, 2)}\n`);
    writeFileSync(file("package-lock.json"), `${JSON.stringify(lock, null, 2)}\n`);
    expect(prepare(scratch, "minor", "2026-11-22")).toBe("1.1.0");
    expect(readFileSync(file("CHANGELOG.md"), "utf8")).toContain("\n## 1.1.0 - 2026-11-22\n\n- New.\n");
    expect(readFileSync(file("package.json"), "utf8")).toBe('{\n  "name": "x",\n  "version": "1.1.0"\n}\n');
    expect(JSON.parse(readFileSync(file("package-lock.json"), "utf8"))).toEqual({
      ...lock,
      version: "1.1.0",
      packages: { ...lock.packages, "": { version: "1.1.0" } },
    });
    // A second time there is nothing to release, and nothing is written.
    expect(caughtProblems(() => prepare(scratch, "minor", "2026-11-22"))).toHaveLength(1);
    expect(readFileSync(file("package.json"), "utf8")).toContain("1.1.0");
  });
});
