/** Plays `gh` for a release: tags and releases of repositories, with GitHub's rules for immutable releases. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import type { Gh } from "../../scripts/release/github.ts";

export interface Repository {
  /** Commits by tag. */
  tags: Record<string, string>;
  releases: Record<string, Release>;
}

interface Release {
  isDraft: boolean;
  latest: boolean;
  notes: string;
  assets: { name: string; digest: string }[];
}

export interface GithubCli {
  gh: Gh;
  repositories: Record<string, Repository>;
  /** The arguments of all calls. */
  calls: string[][];
  /** Throws in place of the call with this number, or when that is done. */
  dieAt: { call: number; moment: "before" | "after" } | undefined;
}

class Refused extends Error {}

/** A GitHub with these repositories. */
export function githubCli(repositories: Record<string, Repository>): GithubCli {
  const cli: GithubCli = { repositories, calls: [], dieAt: undefined, gh };
  return cli;

  function gh(args: readonly string[]) {
    const call = cli.calls.push([...args]) - 1;
    const dies = (moment: "before" | "after") => {
      if (cli.dieAt?.call === call && cli.dieAt.moment === moment) throw new Error("killed");
    };
    dies("before");
    const ended = answer(repositories, args);
    dies("after");
    return ended;
  }
}

function answer(repositories: Record<string, Repository>, [noun, ...args]: readonly string[]) {
  try {
    const stdout = noun === "api" ? api(repositories, args) : release(repositories, args);
    return { status: 0, stdout, stderr: "" };
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    return { status: 1, stdout: "", stderr: `${thrown.message}\n` };
  }
}

function api(repositories: Record<string, Repository>, args: string[]): string {
  const { values, positionals } = parseArgs({
    args,
    options: {
      method: { type: "string", default: "GET" },
      "raw-field": { type: "string", short: "f", multiple: true, default: [] },
      field: { type: "string", short: "F", multiple: true, default: [] },
    },
    allowPositionals: true,
  });
  const fields = Object.fromEntries(
    [...values["raw-field"], ...values.field].map((each) => each.split("=") as [string, string]),
  );
  const [, name = "", path = ""] = /^repos\/([^/]+\/[^/]+)\/git\/(.*)$/.exec(positionals[0] ?? "") ?? [];
  const { tags, releases } = repositories[name] ?? { tags: {}, releases: {} };
  const tag = (fields.ref ?? path).replace(/^refs?\/tags\//, "");
  if (values.method === "GET") {
    if (!(tag in tags)) throw new Refused("gh: Not Found (HTTP 404)");
    return JSON.stringify({ object: { type: "commit", sha: tags[tag] } });
  }
  if (values.method === "POST" && tag in tags) throw new Refused("gh: Reference already exists (HTTP 422)");
  if (values.method === "PATCH" && !(tag in tags))
    throw new Refused("gh: Reference does not exist (HTTP 422)");
  if (releases[tag]?.isDraft === false) throw new Refused("gh: Cannot update this protected ref. (HTTP 422)");
  tags[tag] = fields.sha ?? "";
  return "";
}

function release(repositories: Record<string, Repository>, [action, ...args]: string[]): string {
  const { values, positionals } = parseArgs({
    args,
    options: {
      repo: { type: "string", default: "" },
      json: { type: "string" },
      title: { type: "string" },
      draft: { type: "string" },
      latest: { type: "string" },
      clobber: { type: "boolean" },
      "verify-tag": { type: "boolean" },
      "notes-file": { type: "string", default: "" },
    },
    allowPositionals: true,
    strict: false,
  });
  const [tag = "", ...assets] = positionals;
  const { tags, releases } = repositories[String(values.repo)] ?? { tags: {}, releases: {} };
  const there = releases[tag];
  if (action === "create") {
    if (there) throw new Refused("a release with the same tag name already exists");
    if (!(tag in tags)) throw new Refused(`tag ${tag} doesn't exist in the repo, aborting`);
    const notes = readFileSync(String(values["notes-file"]), "utf8");
    releases[tag] = { isDraft: true, latest: false, notes, assets: [] };
    return "";
  }
  if (!there) throw new Refused("release not found");
  if (action === "view") return JSON.stringify(there);
  if (!there.isDraft) throw new Refused("HTTP 422: Cannot change an immutable release");
  if (action === "upload") there.assets = assets.map(asset);
  else Object.assign(there, { isDraft: false, latest: values.latest === "true" });
  return "";
}

function asset(path: string) {
  const digest = `sha256:${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
  return { name: basename(path), digest };
}
