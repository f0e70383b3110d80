/**
 * Prints the notes of the version that CHANGELOG.md has on top, as the text of its release.
 * Usage: node scripts/release/notes.ts
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../../src/core/errors.ts";
import { parseChangelog } from "./changelog.ts";
import { absoluteLinks, type Kind, kindBelow, REPOSITORY } from "./links.ts";
import { runScript } from "./run-script.ts";
import { versionTag } from "./tags.ts";

/** The text of a release, from the text of CHANGELOG.md. */
export function releaseNotes(changelog: string, kindOf: (path: string) => Kind): string {
  const [section] = parseChangelog(changelog).released;
  if (!section)
    throw new UserError({
      message: "CHANGELOG.md has no version yet",
      hint: "run `npm run release:prepare`",
    });
  const tag = versionTag(section.version);
  const notes = absoluteLinks(section.notes, "CHANGELOG.md", tag, kindOf);
  return `${notes}\n\n[How to verify these files](${REPOSITORY}/blob/${tag}/docs/releasing.md#verify-a-release)\n`;
}

if (import.meta.main) {
  await runScript(() => {
    const root = resolve(import.meta.dirname, "../..");
    process.stdout.write(releaseNotes(readFileSync(join(root, "CHANGELOG.md"), "utf8"), kindBelow(root)));
  });
}
