import type { Check, PreflightFinding } from "../model.ts";

const CHECK = "release-size";

/** What a Secret holds at most, and with it a revision of a release. */
const LIMIT = 1_048_576;
const WARN_FROM = 0.8 * LIMIT;

/** Releases that are about to outgrow the Secret that Helm keeps them in. */
export const releaseSize: Check = {
  name: CHECK,
  looksAt: "the size of the releases",
  needs: "list secrets",
  async find({ records }) {
    return [...records].flatMap(([use, { storedBytes }]) =>
      judgeSize(`${use.namespace}/${use.release}`, storedBytes),
    );
  },
};

/** What is to be said of a release that takes so many bytes. */
export function judgeSize(release: string, bytes: number | undefined): PreflightFinding[] {
  if (bytes === undefined || bytes < WARN_FROM) return [];
  const percent = Math.floor((bytes / LIMIT) * 100);
  return [
    {
      check: CHECK,
      severity: "warning",
      message: `${release} takes ${percent} % of the 1 MiB that Helm can store of a release: beyond it upgrades fail`,
      hint: "make its values smaller (large files belong into ConfigMaps of their own), or split the chart",
    },
  ];
}
