import semver from "semver";
import { unpinnedCalls } from "../../commands/chart-commands.ts";
import { chartReference, fieldPlace } from "../../facts/chart-reference.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

export const chartVersionUnpinned: Rule = {
  id: "L21",
  slug: "chart-version-unpinned",
  severity: "warning",
  about: "A component has no exact chart version, so that the same files install something else another day.",
  why: "Without `version`, each deployment takes the newest chart there is: an upgrade happens unasked, a roll-back has nothing to go back to, and drift cannot tell what should be there. Rules about keys of certain versions cannot decide either. Write the version that is deployed now, such as `version: 10.12.7`.",
  *check(release) {
    const reason = unpinned(release);
    if (reason) yield reason;
  },
  checkCommands: unpinnedCalls,
};

function unpinned({ use, definition, contents }: LintRelease): Hit | undefined {
  if (!use || definition.kind !== "chart") return undefined;
  const { version } = use;
  const hint = "write the exact version of the chart under `version`";
  if (version !== undefined) {
    if (semver.valid(version) !== null) return undefined;
    return {
      message: `\`${version}\` is not an exact version of a chart`,
      hint,
      at: fieldPlace(use, "version"),
    };
  }
  const reference = chartReference(use);
  // A package or folder is one version; so is a reference with a digest or the tag of a version.
  if (contents || reference?.kind === "package" || reference?.kind === "folder" || reference?.digest)
    return undefined;
  if (reference?.kind === "oci" && semver.valid(reference.version ?? "") !== null) return undefined;
  return {
    message: `\`${use.id}\` has no chart version, and gets the newest on every run`,
    hint,
    at: use.at,
  };
}
