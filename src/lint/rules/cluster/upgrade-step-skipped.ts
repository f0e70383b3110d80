import { stepsBetween } from "../../../catalogue/upgrade-steps.ts";
import type { ClusterFacts, LiveRelease } from "../../evidence/cluster-facts.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

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
  const to = release.version ?? "";
  for (const { stop, consequence, hint } of stepsBetween(current.chart, current.chartVersion, to)) {
    yield {
      message: `${jump(current, to)} ${consequence}`,
      hint,
      ...(stop ? {} : { severity: "warning" }),
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
