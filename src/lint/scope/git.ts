import { posix } from "node:path";
import { lastMeaningfulLine, UserError } from "../../core/errors.ts";
import type { Exec, ToolResult } from "../../core/exec.ts";

/**
 * What a checkout may not have git start: hooks, a file system monitor, a repository within the files of this one. A
 * clean checkout has none of them; a runner of one's own may keep what an earlier job has left.
 */
export const SAFE_GIT = [
  ...["-c", "core.hooksPath=/dev/null"],
  ...["-c", "core.fsmonitor=false"],
  ...["-c", "safe.bareRepository=explicit"],
  "--no-optional-locks",
] as const;

/** What differs from where the current branch left another. */
export interface Changes {
  /** Committed, staged, in the working tree and new ones; removed ones too. Relative to `cwd`, with forward slashes. */
  files: Set<string>;
  /** The commit they are compared with. */
  since: string;
  /** Path of `cwd` within the repository: empty, or with a slash at its end. */
  prefix: string;
}

/**
 * Files that differ from where the current branch left another.
 * @throws UserError naming the repair when git cannot tell
 */
export async function changedFiles(ref: string, cwd: string, exec: Pick<Exec, "run">): Promise<Set<string>> {
  return (await changesSince(ref, cwd, exec)).files;
}

/** The same, with what they are compared with. */
export async function changesSince(ref: string, cwd: string, exec: Pick<Exec, "run">): Promise<Changes> {
  if (!/^[^-\s][^\s]*$/.test(ref)) {
    throw new UserError({
      message: `input \`changed-since\`: \`${ref}\` is no git reference`,
      hint: "name a branch, tag or commit, such as origin/main",
    });
  }
  const git = (...args: string[]) =>
    exec.run("git", [...SAFE_GIT, ...args], { cwd, quiet: true, harmless: true, ok: [0, 1, 128, 129] });
  const place = await git("rev-parse", "--show-prefix", "--show-cdup");
  if (place.code !== 0) throw noHistory(`${cwd} is no git repository`, place);
  const [prefix = "", up = ""] = place.stdout.split(/\r?\n/);
  const commit = await resolveCommit(ref, git);
  const base = await git("merge-base", commit, "HEAD");
  if (base.code !== 0) throw noHistory(`there is no common ancestor of \`${ref}\` and this commit`, base);
  const since = base.stdout.trim();
  const changed = await git("diff", "--name-only", "-z", "--no-renames", ...QUIET_DIFF, since, "--");
  // From the top, as the names of `diff` are, wherever the working folder lies.
  const fresh = await git("-C", up || ".", "ls-files", "--others", "--exclude-standard", "-z");
  for (const each of [changed, fresh])
    if (each.code !== 0) throw noHistory("git cannot list what has changed", each);
  const names = `${changed.stdout}${fresh.stdout}`.split("\0").filter((name) => name !== "");
  return { files: new Set(names.map((name) => posix.relative(prefix, name))), since, prefix };
}

/** No program for diffs is started, and no git within the folders of submodules. */
const QUIET_DIFF = ["--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty"];

/** The commit of a reference; a branch that is not checked out here is looked for at its origin. */
async function resolveCommit(ref: string, git: (...args: string[]) => Promise<ToolResult>): Promise<string> {
  let failure: ToolResult | undefined;
  for (const name of [ref, `refs/remotes/origin/${ref}`]) {
    const result = await git("rev-parse", "--verify", "--end-of-options", `${name}^{commit}`);
    const commit = result.stdout.trim().split("\n").at(-1) ?? "";
    if (result.code === 0 && /^[0-9a-f]{40,64}$/.test(commit)) return commit;
    failure ??= result;
  }
  throw noHistory(`git does not know \`${ref}\` here`, failure);
}

function noHistory(what: string, result: ToolResult | undefined): UserError {
  const said = result?.stderr.trim() ? `: ${lastMeaningfulLine(result.stderr)}` : "";
  return new UserError({
    message: `input \`changed-since\`: ${what}${said}`,
    hint: "check the repository out with its history (`fetch-depth: 0` of actions/checkout), and name a branch that it has, such as origin/main",
  });
}
