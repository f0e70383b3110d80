import semver from "semver";
import { valueAt } from "../../../overrides/values.ts";
import { ownerOf } from "../../facts/owner.ts";
import type { LintRelease, Rule } from "../../model.ts";

/** The first chart whose ClusterRoles carry the namespace in their name. */
const REPAIRED = "6.13.9";

export const agentReleaseCollision: Rule = {
  id: "L111",
  slug: "agent-release-collision",
  severity: "error",
  about: "Two agents before chart 6.13.9 have one release name, and with it one name for their ClusterRoles.",
  why: 'A ClusterRole belongs to the whole cluster, and charts before 6.13.9 call it after the release alone. The second agent of that name fails to install: Helm finds the ClusterRole of the first one, which "cannot be imported into the current release". Use chart 6.13.9 or later, or give each agent a `release` of its own.',
  components: ["agent"],
  *checkAll(releases) {
    const first = new Map<string, LintRelease>();
    for (const release of releases) {
      if (!isAffected(release)) continue;
      const name = release.release ?? "";
      const earlier = first.get(name);
      if (!earlier) {
        first.set(name, release);
        continue;
      }
      yield {
        message: `the agents of ${ownerOf(release)} and ${ownerOf(earlier)} are both called \`${name}\`, and chart ${release.version} gives their ClusterRoles that name alone`,
        hint: `use chart ${REPAIRED} or later, or set \`release\` of one of them`,
        at: release.at,
        related: [{ at: earlier.at, message: "the other agent" }],
      };
    }
  },
};

/** An account of the user's own needs no roles of the chart. */
function isAffected({ id, release, version, environment, values }: LintRelease): boolean {
  const exact = semver.valid(version ?? "");
  if (id !== "agent" || !release || exact === null || environment?.edition !== "enterprise") return false;
  return semver.lt(exact, REPAIRED) && !valueAt(values, ["agentk8sglue", "serviceExistingAccountName"]);
}
