/** Tags and releases on GitHub, through `gh`. Every step looks first, so that it can be done again. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { UserError } from "../../src/core/errors.ts";

/** The commit a tag of a repository leads to; undefined when there is no such tag. */
export function tagCommit(gh: Gh, repository: string, tag: string): string | undefined {
  const found = run(gh, ["api", `repos/${repository}/git/ref/tags/${tag}`], /HTTP 404/);
  if (found === undefined) return undefined;
  const { object } = JSON.parse(found) as { object: { type: string; sha: string } };
  if (object.type !== "tag") return object.sha;
  const text = run(gh, ["api", `repos/${repository}/git/tags/${object.sha}`]) ?? "";
  return (JSON.parse(text) as { object: { sha: string } }).object.sha;
}

/**
 * Makes a tag. Not by a push and not by the release: those are refused once the default branch has other workflows
 * than the commit. A tag that is there stays; at another commit it is an error.
 */
export function makeTag(gh: Gh, repository: string, tag: string, commit: string): "made" | "there" {
  const there = tagCommit(gh, repository, tag);
  if (there === commit) return "there";
  if (there !== undefined) {
    throw new UserError({
      message: `${repository} has ${tag} at ${there}, and this release is ${commit}`,
      hint: "a version is never changed once it is out; release the next one",
    });
  }
  run(gh, [
    "api",
    "--method",
    "POST",
    `repos/${repository}/git/refs`,
    "-f",
    `ref=refs/tags/${tag}`,
    "-f",
    `sha=${commit}`,
  ]);
  return "made";
}

/** Puts a tag without a release of its own, such as `v1`, at a commit, wherever it was before. */
export function moveTag(gh: Gh, repository: string, tag: string, commit: string): "moved" | "there" {
  const there = tagCommit(gh, repository, tag);
  if (there === undefined) makeTag(gh, repository, tag, commit);
  if (there === undefined || there === commit) return there === commit ? "there" : "moved";
  const move = ["-f", `sha=${commit}`, "-F", "force=true"];
  run(gh, ["api", "--method", "PATCH", `repos/${repository}/git/refs/tags/${tag}`, ...move]);
  return "moved";
}

export interface Release {
  repository: string;
  /** A tag that is there. */
  tag: string;
  /** File with the text. */
  notes: string;
  /** Files to attach. */
  assets: readonly string[];
  /** Whether it is to be shown as the newest. */
  latest: boolean;
}

interface Shown {
  isDraft: boolean;
  assets: { name: string; digest?: string }[];
}

/**
 * Publishes a release: first a draft with all files, since nothing can be added once it is out. A draft of an earlier
 * run is used up; a release that is out stays, and must have these files.
 */
export function publishRelease(gh: Gh, release: Release): "published" | "there" {
  const { repository, tag, notes, assets, latest } = release;
  const of = ["--repo", repository];
  const text = run(
    gh,
    ["release", "view", tag, ...of, "--json", "isDraft,assets"],
    /release not found|HTTP 404/,
  );
  const there = text === undefined ? undefined : (JSON.parse(text) as Shown);
  if (there && !there.isDraft) {
    refuseOtherAssets(release, there);
    return "there";
  }
  if (!there)
    run(gh, [
      "release",
      "create",
      tag,
      ...of,
      "--verify-tag",
      "--draft",
      "--title",
      tag,
      "--notes-file",
      notes,
    ]);
  if (assets.length > 0) run(gh, ["release", "upload", tag, ...assets, ...of, "--clobber"]);
  run(gh, ["release", "edit", tag, ...of, "--draft=false", `--latest=${latest}`, "--notes-file", notes]);
  return "published";
}

function refuseOtherAssets({ repository, tag, assets }: Release, there: Shown): void {
  const digests = new Map(there.assets.map(({ name, digest }) => [name, digest]));
  const other = assets.filter((file) => {
    const digest = digests.get(basename(file));
    return digest !== `sha256:${createHash("sha256").update(readFileSync(file)).digest("hex")}`;
  });
  if (other.length === 0) return;
  throw new UserError({
    message: `${repository} has the release ${tag} with other files: ${other.map((file) => basename(file)).join(", ")}`,
    hint: "a version is never changed once it is out; release the next one",
  });
}

/** Runs `gh` with these arguments. */
export type Gh = (args: readonly string[]) => { status: number | null; stdout: string; stderr: string };

/** The GitHub CLI on PATH, which takes its token from GH_TOKEN. */
export const ghOnPath: Gh = (args) => {
  const { error, ...ended } = spawnSync("gh", args, { encoding: "utf8" });
  if (error)
    throw new UserError({ message: `gh cannot be run: ${error.message}`, hint: "install the GitHub CLI" });
  return ended;
};

/** What gh prints. Undefined when it fails in the way that means: not there. */
function run(gh: Gh, args: readonly string[], notThere?: RegExp): string | undefined {
  const { status, stdout, stderr } = gh(args);
  if (status === 0) return stdout;
  if (notThere?.test(stderr)) return undefined;
  throw new UserError({ message: `gh ${args.slice(0, 4).join(" ")}: ${stderr.trim()}` });
}
