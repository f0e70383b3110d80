/** Which tags a release makes, and which it moves. Pure: tags come as a map from name to commit. */
import semver from "semver";
import { UserError } from "../../src/core/errors.ts";

/** The tag of a version, such as `v1.2.3`. */
export function versionTag(version: string): string {
  return `v${version}`;
}

/** The tag that stands for the greatest version of a major, such as `v1`. */
export function majorTag(version: string): string {
  return `v${semver.major(version)}`;
}

/** The versions among tags; `v1`, `nightly` and the like are none. */
export function taggedVersions(tags: Iterable<string>): string[] {
  return [...tags].flatMap((tag) => (/^v\d+\.\d+\.\d+$/.test(tag) ? [tag.slice(1)] : []));
}

/** Whether `v1` is to stand for this version: a repair of 1.2 does not take it away from 1.3. */
export function isGreatestOfMajor(version: string, tags: Iterable<string>): boolean {
  return taggedVersions(tags).every(
    (each) => semver.major(each) !== semver.major(version) || semver.lte(each, version),
  );
}

/** Whether this version is the one to offer to everybody. */
export function isGreatest(version: string, tags: Iterable<string>): boolean {
  return taggedVersions(tags).every((each) => semver.lte(each, version));
}

/** The version before this one; undefined for the first. */
export function versionBefore(version: string, tags: Iterable<string>): string | undefined {
  return semver.rsort(taggedVersions(tags).filter((each) => semver.lt(each, version)))[0];
}

/** Refuses a version that comes after its successor: 1.2.3 when 1.2.4 is out. 1.2.4 after 1.3.0 is a repair of 1.2. */
export function refuseOutrun(version: string, tags: Iterable<string>): void {
  const outrun = taggedVersions(tags).find(
    (each) => semver.satisfies(each, `~${version}`) && semver.gt(each, version),
  );
  if (outrun === undefined) return;
  throw new UserError({
    message: `${version} has no tag, but ${outrun} has`,
    hint: "versions go upwards: make it a version after that one with `npm run release:prepare`",
  });
}
