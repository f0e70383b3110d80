/**
 * Says for the release workflow what is to be done: the version that CHANGELOG.md has and no tag has yet. Writes
 * `release`, `version`, `tag`, `major`, `move-major`, `latest` and `commit` to $GITHUB_OUTPUT.
 * Usage: node scripts/release/decide.ts [--again]
 */
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Changelog, parseChangelog, releasedVersion } from "./changelog.ts";
import { runScript } from "./run-script.ts";
import { isGreatest, isGreatestOfMajor, majorTag, refuseOutrun, versionTag } from "./tags.ts";

const root = resolve(import.meta.dirname, "../..");

export interface Decision {
  /** Whether there is anything to do. */
  release: boolean;
  version: string;
  tag: string;
  major: string;
  "move-major": boolean;
  latest: boolean;
  /** What is released: where the tag is, once there is one. */
  commit: string;
}

/**
 * A version is released once; `again` goes on with one whose tag is there, after a run that was stopped. Undefined
 * before the first version.
 */
export function decide(facts: {
  changelog: Changelog;
  packageVersion: string;
  tags: ReadonlyMap<string, string>;
  head: string;
  again?: boolean;
}): Decision | undefined {
  const { changelog, packageVersion, tags, head, again = false } = facts;
  const section = releasedVersion(changelog, packageVersion);
  if (!section) return undefined;
  const { version } = section;
  const tag = versionTag(version);
  const tagged = tags.get(tag);
  if (tagged === undefined) refuseOutrun(version, tags.keys());
  return {
    release: tagged === undefined || again,
    version,
    tag,
    major: majorTag(version),
    "move-major": isGreatestOfMajor(version, tags.keys()),
    latest: isGreatest(version, tags.keys()),
    commit: tagged ?? head,
  };
}

/** The tags of a checkout, with the commits they lead to. */
export function tagsOf(checkout: string): Map<string, string> {
  const format = "%(refname:short) %(objectname) %(*objectname)";
  const text = git(checkout, ["for-each-ref", `--format=${format}`, "refs/tags"]);
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const [name = "", object = "", commit = ""] = line.split(" ");
      return [name, commit || object];
    }),
  );
}

function git(cwd: string, args: readonly string[]): string {
  return execFileSync("git", args, { cwd, encoding: "utf8" }).trim();
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

if (import.meta.main) {
  await runScript(() => {
    const { values } = parseArgs({ options: { again: { type: "boolean", default: false } } });
    const decision = decide({
      changelog: parseChangelog(read("CHANGELOG.md")),
      packageVersion: (JSON.parse(read("package.json")) as { version: string }).version,
      tags: tagsOf(root),
      head: git(root, ["rev-parse", "HEAD"]),
      again: values.again,
    });
    const lines = Object.entries(decision ?? { release: false }).map(([name, value]) => `${name}=${value}`);
    console.log(decision ? lines.join("\n") : "CHANGELOG.md has no version yet: nothing to release");
    const output = process.env.GITHUB_OUTPUT;
    if (output) appendFileSync(output, `${lines.join("\n")}\n`);
  });
}
