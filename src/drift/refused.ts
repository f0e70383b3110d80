import type { Finding } from "./model.ts";

/**
 * Helm upgrades a release as a whole: while it is refused one field, it puts nothing else of the release right, and
 * trying leaves a failed revision.
 */
export function refusedTogether(findings: readonly Finding[]): Finding[] {
  const conflicts = new Map<string, Finding>();
  for (const finding of findings)
    if (finding.upgradeRepairs === "conflict" && !conflicts.has(releaseKey(finding)))
      conflicts.set(releaseKey(finding), finding);
  return findings.map((finding) => {
    const cause = conflicts.get(releaseKey(finding));
    if (!cause || finding.upgradeRepairs !== true) return finding;
    const { object, path = "" } = cause;
    const what = object ? `${object.kind} ${object.name}, ${path}` : path;
    return {
      ...finding,
      upgradeRepairs: "conflict",
      hint: `the upgrade of this release is refused because of ${what}: settle that first`,
    };
  });
}

/** Of the release that a finding is about. */
export function releaseKey({ component, tenant }: Pick<Finding, "component" | "tenant">): string {
  return `${tenant ?? ""}/${component}`;
}
