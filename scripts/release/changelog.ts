/** What CHANGELOG.md says: the versions, their days and their notes. Every error names the line and the repair. */
import semver from "semver";
import { UserError } from "../../src/core/errors.ts";

export interface Section {
  version: string;
  /** As in 2026-11-22. */
  date: string;
  /** Line of the heading, from 1. */
  line: number;
  notes: string;
}

export interface Changelog {
  unreleased: { line: number; notes: string };
  /** Newest first. */
  released: readonly Section[];
}

const FILE = "CHANGELOG.md";
const FORM = "write `## Unreleased`, or `## 1.2.3 - 2026-11-22`";

/** Reads the text of CHANGELOG.md: `## Unreleased` first, below it the released versions, newest first. */
export function parseChangelog(text: string): Changelog {
  const lines = text.split("\n");
  const headings = headingLines(lines);
  const [first, ...others] = headings;
  if (first === undefined || lines[first] !== "## Unreleased") {
    throw wrong(first ?? 0, "the first section is not `## Unreleased`", "add the heading, empty if need be");
  }
  const notes = (index: number) => {
    const [from, to] = [headings[index] ?? 0, headings[index + 1] ?? lines.length];
    return lines
      .slice(from + 1, to)
      .join("\n")
      .trim();
  };
  const released = others.map((line, index) => section(line, lines[line] ?? "", notes(index + 1)));
  for (const [index, { version, line }] of released.entries()) {
    const newer = released[index - 1];
    if (newer && !semver.gt(newer.version, version)) {
      throw wrong(
        newer.line - 1,
        `${newer.version} stands above ${version} (line ${line}) and is not greater`,
        "put the newest version first, and each version once",
      );
    }
  }
  return { unreleased: { line: first + 1, notes: notes(0) }, released };
}

/** Lines of headings of the second level, from 0; not those inside of fenced blocks. */
function headingLines(lines: readonly string[]): number[] {
  const found: number[] = [];
  let fenced = false;
  for (const [index, line] of lines.entries()) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    else if (!fenced && /^##\s/.test(line)) found.push(index);
  }
  return found;
}

function section(index: number, heading: string, notes: string): Section {
  const [, version = "", date = ""] = /^## (\S+) - (\S+)$/.exec(heading) ?? [];
  if (version === "") throw wrong(index, `\`${heading}\` is no heading of a version`, FORM);
  if (!/^\d+\.\d+\.\d+$/.test(version) || semver.valid(version) !== version) {
    throw wrong(index, `\`${version}\` is no version of three numbers`, FORM);
  }
  if (!isDay(date)) throw wrong(index, `\`${date}\` is no day`, FORM);
  if (notes === "") throw wrong(index, `${version} has no notes`, "say below the heading what has changed");
  return { version, date, line: index + 1, notes };
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text;
}

/** Steps of a version; or the version itself. */
export const STEPS = ["major", "minor", "patch"] as const;

/**
 * The version that follows: a step from the last one, or one that is given. Refused when it is not greater than the
 * last, or when package.json is not at the last.
 */
export function nextVersion(changelog: Changelog, packageVersion: string, step: string): string {
  const last = changelog.released[0];
  if (last && last.version !== packageVersion) throw otherVersion(last, packageVersion);
  const next = STEPS.find((each) => each === step)
    ? semver.inc(packageVersion, step as (typeof STEPS)[number])
    : step;
  if (next === null || !/^\d+\.\d+\.\d+$/.test(next) || !semver.valid(next)) {
    throw new UserError({
      message: `\`${step}\` is neither a step nor a version`,
      hint: `give ${STEPS.join(", ")}, or a version such as 1.2.3`,
    });
  }
  if (!semver.gt(next, packageVersion)) {
    throw new UserError({
      message: `${next} is not greater than ${packageVersion}, the last version`,
      hint: `the next ones are ${STEPS.map((each) => semver.inc(packageVersion, each)).join(", ")}`,
    });
  }
  return next;
}

/** The text with everything that was unreleased as a version of this day. */
export function releaseUnreleased(text: string, version: string, day: string): string {
  const { unreleased } = parseChangelog(text);
  if (unreleased.notes === "") {
    throw wrong(unreleased.line - 1, "nothing is unreleased", "say below the heading what has changed");
  }
  const lines = text.split("\n");
  lines.splice(unreleased.line, 0, "", `## ${version} - ${day}`);
  return lines.join("\n");
}

/** The version that CHANGELOG.md says was released last; undefined before the first. package.json must agree. */
export function releasedVersion(changelog: Changelog, packageVersion: string): Section | undefined {
  const [last] = changelog.released;
  if (last && last.version !== packageVersion) throw otherVersion(last, packageVersion);
  return last;
}

function otherVersion(last: Section, packageVersion: string): UserError {
  return wrong(
    last.line - 1,
    `the last version is ${last.version} here, and ${packageVersion} in package.json`,
    "set both to the same, or run `npm run release:prepare -- minor`, which does",
  );
}

function wrong(index: number, message: string, hint: string): UserError {
  return new UserError({ message, hint, at: { file: FILE, line: index + 1, column: 1 } });
}
