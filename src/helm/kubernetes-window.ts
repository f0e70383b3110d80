import semver from "semver";

/** Helm before this version takes a vendor's suffix for a prerelease. */
const HELM_STRIPS_SUFFIXES = "3.19.0";

/**
 * Whether a chart's `kubeVersion` accepts a cluster, as Helm decides it: conditions are parted by blanks or commas, and
 * vendors' suffixes (`v1.31.4-eks-…`) do not count. Older versions of Helm take a suffix for a prerelease, which only
 * a range with a prerelease of its own (`>=1.21.0-0`) accepts. A range that cannot be read is left to Helm.
 * @param helm its version; without it, a current one
 */
export function acceptsKubernetes(kubeVersion: string, version: string, helm?: string): boolean {
  const range = kubeVersion.replaceAll(",", " ");
  const parsed = semver.parse(version);
  if (semver.validRange(range) === null || parsed === null) return true;
  if (suffixMatters(parsed, helm) && !/\d-/.test(range)) return false;
  const { major, minor, patch } = parsed;
  return semver.satisfies(`${major}.${minor}.${patch}`, range, { includePrerelease: true });
}

function suffixMatters(cluster: semver.SemVer, helm: string | undefined): boolean {
  const exact = semver.valid(helm ?? "");
  return cluster.prerelease.length > 0 && exact !== null && semver.lt(exact, HELM_STRIPS_SUFFIXES);
}

/** `1.34` of `v1.34.2-eks-1`; undefined for what is no version. */
export function minorOf(version: string): string | undefined {
  return /^v?(\d+\.\d+)(?:[.+-]|$)/.exec(version)?.[1];
}
