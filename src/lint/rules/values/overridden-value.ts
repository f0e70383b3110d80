import { isMap } from "../../../overrides/merge.ts";
import type { ValuesLayer } from "../../../overrides/resolve.ts";
import { hasPath } from "../../../overrides/values.ts";
import type { Entry, LintRelease, Rule } from "../../model.ts";

export const overriddenValue: Rule = {
  id: "K7",
  slug: "overridden-value",
  severity: "info",
  about: "A later file of the same component sets the value again, and no other component uses this one.",
  why: "Files of a component are merged in their order, and the last one that sets a key wins. Where a file is shared, others live on its values; where only one component names it, the overridden line has no effect at all and misleads whoever reads it. Remove one of the two.",
  *checkAll(releases) {
    const users = usersByFile(releases);
    for (const release of releases) {
      for (const entry of release.entries) {
        if (isMap(entry.value) || entry.path.some((step) => typeof step === "number")) continue;
        if (users.get(entry.layer.source.file) !== 1) continue;
        const later = laterLayer(release, entry);
        if (!later) continue;
        const at = later.source.locate([...later.path, ...entry.path], "key");
        yield {
          message: `\`${entry.path.join(".")}\` is set again in ${at.file}:${at.line}: this line has no effect`,
          hint: "remove one of the two",
          at: entry.at("key"),
          related: [{ at, message: "this one counts" }],
        };
      }
    }
  },
};

/** How many components name a file. */
function usersByFile(releases: readonly LintRelease[]): Map<string, number> {
  const users = new Map<string, number>();
  for (const { layers } of releases)
    for (const file of new Set(layers.map(({ source }) => source.file)))
      users.set(file, (users.get(file) ?? 0) + 1);
  return users;
}

function laterLayer({ layers }: LintRelease, { layer, path }: Entry): ValuesLayer | undefined {
  if (layer === layers.at(-1)) return undefined;
  return layers.slice(layers.indexOf(layer) + 1).findLast(({ value }) => hasPath(value, path));
}
