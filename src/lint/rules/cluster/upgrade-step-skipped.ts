import semver from "semver";
import type { ClusterFacts, LiveRelease } from "../../evidence/cluster-facts.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

/** Where the database moves to another operator, and what has to happen there. */
const MONGO_STEP = "10.11.7";
/** From here on everything runs as user 65532. */
const NON_ROOT = "11.0.0";

export const upgradeStepSkipped: Rule = {
  id: "L28",
  slug: "upgrade-step-skipped",
  severity: "error",
  about: "The upgrade of the server goes past a version at which something has to be done by hand.",
  why: "Chart 10.11.7 moves MongoDB to another operator: the data is migrated there, and a jump past it starts the server on an empty database or not at all. From 11.0.0 on everything runs as user 65532, which may not write to a file server's volume that root owns, until its files are handed over. Go to 10.11.7 first and migrate; before 11.0.0 change the owner of the volume.",
  *checkCluster(releases, { releases: live }) {
    if (!live) return;
    for (const release of releases.filter(({ id }) => id === "control-plane")) {
      const current = live.find(
        ({ name, namespace }) => name === release.release && namespace === release.namespace,
      );
      if (current) yield* steps(release, current);
    }
  },
};

function* steps(
  release: LintRelease,
  current: NonNullable<ClusterFacts["releases"]>[number],
): Generator<Hit> {
  const [from, to] = [semver.valid(current.chartVersion), semver.valid(release.version ?? "")];
  if (current.chart !== "clearml-enterprise" || from === null || to === null) return;
  if (semver.lt(from, MONGO_STEP) && semver.gt(to, MONGO_STEP)) {
    yield {
      message: `${jump(current, to)} goes past ${MONGO_STEP}, where the data of MongoDB is migrated`,
      hint: `set the version to ${MONGO_STEP} first, migrate, then go on`,
      at: placeOf(release),
    };
  }
  if (semver.lt(from, NON_ROOT) && semver.gte(to, NON_ROOT)) {
    yield {
      message: `${jump(current, to)} runs everything as user 65532, which may not write to a volume of root's`,
      hint: "change the owner of the file server's volume to 65532 before, and move the data of Redis",
      severity: "warning",
      at: placeOf(release),
    };
  }
}

function jump({ name, chartVersion }: LiveRelease, to: string): string {
  return `the upgrade of \`${name}\` from ${chartVersion} to ${to}`;
}

function placeOf({ use, at }: LintRelease) {
  return use?.version ? use.source.locate([...use.path, "version"]) : at;
}
