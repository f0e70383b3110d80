import semver from "semver";

/**
 * Whether a chart's `kubeVersion` accepts a cluster, as Helm decides it: conditions are parted by blanks or commas, and
 * vendors' suffixes (`v1.31.4-eks-…`) count as prereleases, which a range that ends in `-0` takes. A range that cannot
 * be read is left to Helm.
 */
export function acceptsKubernetes(kubeVersion: string, version: string): boolean {
  const range = kubeVersion.replaceAll(",", " ");
  if (semver.validRange(range) === null || semver.valid(version) === null) return true;
  return semver.satisfies(version, range, { includePrerelease: true });
}
