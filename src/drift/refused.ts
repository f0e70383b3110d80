import type { Finding } from "./model.ts";

/**
 * Helm upgrades a release as a whole: while it is refused one field, it puts nothing else of the release right, and
 * trying leaves a failed revision.
 * @param reasons why upgrades would be refused beside the findings, by `releaseKey`
 */
export function refusedTogether(
  findings: readonly Finding[],
  reasons: ReadonlyMap<string, string> = new Map(),
): Finding[] {
  const causes = new Map(reasons);
  for (const finding of findings)
    if (finding.upgradeRepairs === "conflict") causes.set(releaseKey(finding), placeOf(finding));
  return findings.map((finding) => {
    const cause = causes.get(releaseKey(finding));
    if (cause === undefined || finding.upgradeRepairs !== true) return finding;
    const hint = `the upgrade of this release is refused because of ${cause}: settle that first`;
    return { ...finding, upgradeRepairs: "conflict", hint };
  });
}

function placeOf({ object, path = "" }: Finding): string {
  return object ? `${object.kind} ${object.name}, ${path}` : path;
}

/** Of the release that a finding is about. */
export function releaseKey({
  component,
  tenant,
}: {
  component: string;
  tenant?: string | undefined;
}): string {
  return `${tenant ?? ""}/${component}`;
}
