/**
 * Makes the unreleased part of CHANGELOG.md a version of today, and sets the version of the package. Nothing is
 * committed.
 * Usage: npm run release:prepare -- major | minor | patch | 1.2.3
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../../src/core/errors.ts";
import { nextVersion, parseChangelog, releaseUnreleased, STEPS } from "./changelog.ts";
import { runScript } from "./run-script.ts";

interface Package {
  version: string;
}

/** Changes CHANGELOG.md, package.json and package-lock.json of a folder; returns the version. */
export function prepare(folder: string, step: string, today: string): string {
  const path = (file: string) => join(folder, file);
  const changelog = readFileSync(path("CHANGELOG.md"), "utf8");
  const manifest = JSON.parse(readFileSync(path("package.json"), "utf8")) as Package;
  const lock = JSON.parse(readFileSync(path("package-lock.json"), "utf8")) as Package & {
    packages: Record<string, Package>;
  };
  const version = nextVersion(parseChangelog(changelog), manifest.version, step);
  const released = releaseUnreleased(changelog, version, today);
  manifest.version = version;
  lock.version = version;
  if (lock.packages[""]) lock.packages[""].version = version;
  writeFileSync(path("CHANGELOG.md"), released);
  writeFileSync(path("package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(path("package-lock.json"), `${JSON.stringify(lock, null, 2)}\n`);
  return version;
}

if (import.meta.main) {
  await runScript(() => {
    const [step] = process.argv.slice(2);
    if (step === undefined) {
      throw new UserError({
        message: "which version?",
        hint: `npm run release:prepare -- ${STEPS.join(" | ")} | 1.2.3`,
      });
    }
    const version = prepare(
      resolve(import.meta.dirname, "../.."),
      step,
      new Date().toISOString().slice(0, 10),
    );
    console.log(`CHANGELOG.md, package.json and package-lock.json are at ${version}.`);
    console.log("Now: npm run all, read CHANGELOG.md once more, commit, open a pull request.");
  });
}
