/**
 * The steps of the release workflow on GitHub. Each can be done again.
 * Usage: node scripts/release/publish.ts tag|release|mirrors|major
 * What they are about is in the environment, as the workflow has it from `decide.ts`: VERSION, COMMIT, LATEST; the
 * token is GH_TOKEN.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../src/core/errors.ts";
import { type Gh, ghOnPath, makeTag, moveTag, publishRelease } from "./github.ts";
import { packedActions } from "./packed.ts";
import { runScript } from "./run-script.ts";
import { majorTag, versionTag } from "./tags.ts";

/** What a step is about. */
export interface Facts {
  repository: string;
  version: string;
  commit: string;
  latest: boolean;
  /** Folders of the packed actions, of the archives, and the file with the notes. */
  packed: string;
  archives: string;
  notes: string;
  gh: Gh;
}

/** The steps by name; each says what it did. */
export const PUBLISH_STEPS: Readonly<Record<string, (facts: Facts) => string[]>> = {
  /** The tag of the version: from here on the version is what it is. */
  tag: ({ gh, repository, version, commit }) => {
    const tag = versionTag(version);
    return [`${repository} ${tag}: ${makeTag(gh, repository, tag, commit)}`];
  },
  /** The release with the archives. */
  release: ({ gh, repository, version, latest, archives, notes }) => {
    const tag = versionTag(version);
    const assets = readdirSync(archives)
      .sort()
      .map((file) => join(archives, file));
    return [`${repository} ${tag}: ${publishRelease(gh, { repository, tag, notes, assets, latest })}`];
  },
  /** A release in each mirror, which locks its tag as well. */
  mirrors: ({ gh, repository, version, latest, packed, notes }) => {
    const tag = versionTag(version);
    const owner = repository.split("/")[0] ?? "";
    return packedActions(packed).map((name) => {
      const mirror = `${owner}/${name}`;
      return `${mirror} ${tag}: ${publishRelease(gh, { repository: mirror, tag, notes, assets: [], latest })}`;
    });
  },
  /** The tag of the major, which has no release and so stays movable. */
  major: ({ gh, repository, version, commit }) => {
    const tag = majorTag(version);
    return [`${repository} ${tag}: ${moveTag(gh, repository, tag, commit)}`];
  },
};

if (import.meta.main) {
  await runScript(() => {
    const step = PUBLISH_STEPS[process.argv[2] ?? ""];
    if (!step) throw new UserError({ message: `name the step: ${Object.keys(PUBLISH_STEPS).join(", ")}` });
    const facts = {
      repository: variable("GITHUB_REPOSITORY"),
      version: variable("VERSION"),
      commit: variable("COMMIT"),
      latest: variable("LATEST") === "true",
      packed: join("build", "release"),
      archives: join("build", "archives"),
      notes: join("build", "notes.md"),
      gh: ghOnPath,
    };
    for (const line of step(facts)) console.log(line);
  });
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new UserError({ message: `the environment variable ${name} is not set` });
  return value;
}
