/** The steps of a release at GitHub, which a double plays. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type Facts, PUBLISH_STEPS } from "../../../scripts/release/publish.ts";
import { type GithubCli, githubCli } from "../../support/github-cli.ts";

const scratch = mkdtempSync(join(tmpdir(), "release-publish-"));
const folders = { packed: join(scratch, "packed"), archives: join(scratch, "archives") };
let github: GithubCli;

beforeEach(() => {
  for (const folder of ["packed/deploy-tenant", "packed/npm", "archives"])
    mkdirSync(join(scratch, folder), { recursive: true });
  for (const name of ["a.tar.gz", "SHA256SUMS"]) writeFileSync(join(folders.archives, name), name);
  writeFileSync(join(scratch, "notes.md"), "- New.\n");
  github = begun();
});
afterAll(() => rmSync(scratch, { recursive: true }));

/** The mirrors have their tags from git. */
function begun(): GithubCli {
  return githubCli({
    "clearml/actions": { tags: {}, releases: {} },
    "clearml/deploy-tenant": { tags: { "v1.0.0": "bbb", "v1.1.0": "bbc" }, releases: {} },
  });
}

/** All steps in the workflow's order. */
function release(change: Partial<Facts> = {}): string[] {
  const facts: Facts = {
    ...{ repository: "clearml/actions", version: "1.0.0", commit: "aaa", latest: true },
    ...{ ...folders, notes: join(scratch, "notes.md"), gh: github.gh, ...change },
  };
  return ["tag", "release", "mirrors", "major"].flatMap((name) => PUBLISH_STEPS[name]?.(facts) ?? []);
}

describe("a release", () => {
  it("makes tag and release with all files, a release in each mirror, and v1 without a release", () => {
    expect(release()).toEqual([
      "clearml/actions v1.0.0: made",
      "clearml/actions v1.0.0: published",
      "clearml/deploy-tenant v1.0.0: published",
      "clearml/actions v1: moved",
    ]);
    const { "clearml/actions": own, "clearml/deploy-tenant": mirror } = github.repositories;
    expect(own?.tags).toEqual({ "v1.0.0": "aaa", v1: "aaa" });
    expect(Object.keys(own?.releases ?? {})).toEqual(["v1.0.0"]);
    expect(own?.releases["v1.0.0"]).toMatchObject({ isDraft: false, latest: true, notes: "- New.\n" });
    const assets = own?.releases["v1.0.0"]?.assets ?? [];
    expect(assets.map(({ name }) => name)).toEqual(["SHA256SUMS", "a.tar.gz"]);
    expect(mirror?.releases["v1.0.0"]).toMatchObject({ isDraft: false, assets: [] });
  });

  it("can be killed before or after every call, and run again", () => {
    release();
    const whole = github;
    expect(whole.calls.length).toBeGreaterThan(10);
    for (const moment of ["before", "after"] as const) {
      for (const call of whole.calls.keys()) {
        github = begun();
        github.dieAt = { call, moment };
        expect(() => release(), `${moment} call ${call}`).toThrow("killed");
        github.dieAt = undefined;
        release();
        expect(github.repositories, `${moment} call ${call}`).toEqual(whole.repositories);
      }
    }
  });

  it("done again changes nothing", () => {
    release();
    const before = structuredClone(github.repositories);
    expect(release()).toEqual([
      "clearml/actions v1.0.0: there",
      "clearml/actions v1.0.0: there",
      "clearml/deploy-tenant v1.0.0: there",
      "clearml/actions v1: there",
    ]);
    expect(github.repositories).toEqual(before);
  });

  it("moves v1 to the next version, and marks an older one not as the newest", () => {
    release();
    release({ version: "1.1.0", commit: "ccc", latest: false });
    const own = github.repositories["clearml/actions"];
    expect(own?.tags).toEqual({ "v1.0.0": "aaa", "v1.1.0": "ccc", v1: "ccc" });
    expect(own?.releases["v1.1.0"]?.latest).toBe(false);
  });
});

describe("what is out", () => {
  it("is not made anew from another commit", () => {
    release();
    expect(() => release({ commit: "ddd" })).toThrow(
      "clearml/actions has v1.0.0 at aaa, and this release is ddd",
    );
    expect(github.repositories["clearml/actions"]?.tags).toEqual({ "v1.0.0": "aaa", v1: "aaa" });
  });

  it("is not made anew with other files", () => {
    release();
    writeFileSync(join(folders.archives, "a.tar.gz"), "changed");
    writeFileSync(join(folders.archives, "more.tgz"), "more");
    expect(() => release()).toThrow(
      "clearml/actions has the release v1.0.0 with other files: a.tar.gz, more.tgz",
    );
    rmSync(join(folders.archives, "more.tgz"));
  });
});

describe("the script", () => {
  const script = resolve(import.meta.dirname, "../../../scripts/release/publish.ts");
  const facts = { GITHUB_REPOSITORY: "clearml/actions", VERSION: "1.0.0", COMMIT: "aaa", LATEST: "true" };

  it.each([
    ["everything", {}, "name the step: tag, release, mirrors, major\n"],
    ["tag", { ...facts, COMMIT: "" }, "the environment variable COMMIT is not set\n"],
    ["tag", facts, /^gh cannot be run: .*; install the GitHub CLI\n$/],
  ])("%s: says what it lacks, without a stack trace", (step, env, message) => {
    const run = spawnSync(process.execPath, [script, step], {
      encoding: "utf8",
      env: { PATH: scratch, ...env },
    });
    expect(run.stderr).toMatch(message);
    expect(run.status).toBe(1);
  });
});
