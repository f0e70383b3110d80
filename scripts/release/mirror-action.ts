/** Brings one action to its own repository. Can be stopped at any moment and run again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../src/core/errors.ts";
import { git } from "./git.ts";
import { isGreatest, isGreatestOfMajor, majorTag, versionBefore, versionTag } from "./tags.ts";

export interface MirrorOptions {
  /** Where the mirror is: an address or a folder that git can push to. */
  url: string;
  /** The packed action. */
  folder: string;
  version: string;
  /** Text of the commit. */
  message: string;
}

const AUTHOR = {
  GIT_AUTHOR_NAME: "github-actions[bot]",
  GIT_AUTHOR_EMAIL: "41898282+github-actions[bot]@users.noreply.github.com",
  GIT_COMMITTER_NAME: "github-actions[bot]",
  GIT_COMMITTER_EMAIL: "41898282+github-actions[bot]@users.noreply.github.com",
};
const MAIN = "refs/heads/main";

/**
 * Pushes the folder as a version: its tag, the tag of its major where it is the greatest of that, and `main` where it is
 * the greatest of all. All of them or none. A version that is there with the same content stays; with other content it is
 * an error. Returns the names that were pushed.
 */
export function mirrorAction(options: MirrorOptions): string[] {
  const scratch = mkdtempSync(join(tmpdir(), "clearml-actions-mirror-"));
  try {
    git(scratch, ["init", "--quiet", "--bare"]);
    return pushVersion(scratch, options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function pushVersion(scratch: string, options: MirrorOptions): string[] {
  const { url, version } = options;
  const remote = remoteRefs(scratch, url);
  const tree = treeOf(scratch, options.folder);
  const tag = `refs/tags/${versionTag(version)}`;
  const there = remote.commits.get(tag);
  if (there !== undefined) refuseOther(scratch, options, tag, tree);
  const commit = there ?? newCommit(scratch, options, tree, parentOf(remote, version));
  const major = `refs/tags/${majorTag(version)}`;
  const pushes: { ref: string; force?: string }[] = [];
  if (there === undefined) pushes.push({ ref: tag });
  if (there === undefined && isGreatest(version, remote.tags)) pushes.push({ ref: MAIN });
  if (isGreatestOfMajor(version, remote.tags) && remote.commits.get(major) !== commit)
    pushes.push({ ref: major, force: "+" });
  if (pushes.length === 0) return [];
  // Somebody who moves the tag of the major at the same time is not overwritten.
  const lease = `--force-with-lease=${major}:${remote.objects.get(major) ?? ""}`;
  const specs = pushes.map(({ ref, force = "" }) => `${force}${commit}:${ref}`);
  git(scratch, ["push", "--quiet", "--atomic", lease, url, ...specs]);
  return pushes.map(({ ref }) => ref.replace(/^refs\/(tags|heads)\//, ""));
}

interface Remote {
  /** What branches and tags point at. */
  objects: ReadonlyMap<string, string>;
  /** The same, but commits also for tags that are objects of their own. */
  commits: ReadonlyMap<string, string>;
  /** Names of the tags. */
  tags: readonly string[];
}

function remoteRefs(scratch: string, url: string): Remote {
  const objects = new Map<string, string>();
  const commits = new Map<string, string>();
  for (const line of git(scratch, ["ls-remote", url, "refs/heads/*", "refs/tags/*"]).split("\n")) {
    const [object = "", ref = ""] = line.split("\t");
    if (ref === "") continue;
    commits.set(ref.replace(/\^\{\}$/, ""), object);
    if (!ref.endsWith("^{}")) objects.set(ref, object);
  }
  const tags = [...objects.keys()].flatMap((ref) => (ref.startsWith("refs/tags/") ? [ref.slice(10)] : []));
  return { objects, commits, tags };
}

/** Writes the folder's files into the scratch repository. */
function treeOf(scratch: string, folder: string): string {
  const env = { GIT_WORK_TREE: folder, GIT_DIR: scratch };
  git(folder, ["-c", "core.bare=false", "-c", "core.autocrlf=false", "add", "--all", "--force", "."], env);
  return git(folder, ["write-tree"], env);
}

/** What the new commit comes after: the tip of `main`, or for a repair of an older version that version. */
function parentOf({ commits, tags }: Remote, version: string): string | undefined {
  if (isGreatest(version, tags)) return commits.has(MAIN) ? MAIN : undefined;
  const before = versionBefore(version, tags);
  return before === undefined ? undefined : `refs/tags/${versionTag(before)}`;
}

function newCommit(
  scratch: string,
  { url, message }: MirrorOptions,
  tree: string,
  parentRef: string | undefined,
): string {
  const parents = parentRef === undefined ? [] : ["-p", `${fetch(scratch, url, parentRef)}^{commit}`];
  return git(scratch, ["commit-tree", tree, ...parents, "-m", message], AUTHOR);
}

/** Gets the commit of a branch or tag, without what came before it. */
function fetch(scratch: string, url: string, ref: string): string {
  git(scratch, ["fetch", "--quiet", "--depth=1", "--no-tags", url, ref]);
  return git(scratch, ["rev-parse", "FETCH_HEAD"]);
}

function refuseOther(scratch: string, { url, version }: MirrorOptions, tag: string, tree: string): void {
  const there = fetch(scratch, url, tag);
  const different = git(scratch, ["diff-tree", "-r", "--name-only", there, tree]);
  if (different === "") return;
  throw new UserError({
    message: `${url} has ${versionTag(version)} with other content: ${different.split("\n").join(", ")}`,
    hint: "a version is never changed once it is out; release the next one",
  });
}
