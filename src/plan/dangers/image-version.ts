import semver from "semver";
import { textAt } from "../manifest.ts";
import { nameOf, type ObjectRule } from "./model.ts";
import { containersOf, podOf } from "./pods.ts";

export const imageVersion: ObjectRule = {
  rule: "image-version",
  severity: "note",
  *check(change) {
    const [before, after] = [podOf(change.before), podOf(change.after)];
    if (!before || !after) return;
    const olds = containersOf(before.spec);
    for (const [name, container] of containersOf(after.spec)) {
      const [old, wanted] = [imageOf(olds.get(name)), imageOf(container)];
      if (!old || !wanted || old.repository !== wanted.repository) continue;
      const from = versionOf(old.tag);
      const to = versionOf(wanted.tag);
      if (!from || !to) continue;
      const step = `${nameOf(change)}: image ${wanted.repository} goes from ${old.tag} to ${wanted.tag}`;
      if (semver.lt(to, from)) {
        yield {
          message: `${step}, an older version`,
          hint: "make sure that the older version can read the data that the newer one wrote",
        };
      } else if (to.major > from.major) {
        yield {
          message: `${step}, another major version`,
          hint: "read its release notes for what has to be done first",
        };
      }
    }
  },
};

/** `repository:tag`, without the registry: a mirror serves the same image. */
function imageOf(container: unknown): { repository: string; tag: string } | undefined {
  const image = textAt(container, ["image"])?.replace(/@.*$/, "");
  const [, repository, tag] = /([^/:]+):([^/:]+)$/.exec(image ?? "") ?? [];
  return repository === undefined || tag === undefined ? undefined : { repository, tag };
}

/** `3.21.6-1443` and `v1.30` are versions; what begins with no number is a name. */
function versionOf(tag: string): semver.SemVer | null {
  if (!/^v?\d+(\.\d+|$)/.test(tag)) return null;
  return semver.parse(tag) ?? semver.coerce(tag);
}
