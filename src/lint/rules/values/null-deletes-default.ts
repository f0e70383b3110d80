import { isMap } from "../../../overrides/merge.ts";
import { hasPath } from "../../../overrides/values.ts";
import { hasKeysBeside } from "../../facts/ingress-level.ts";
import type { Entry, LintRelease, Rule } from "../../model.ts";

export const nullDeletesDefault: Rule = {
  id: "L144",
  slug: "null-deletes-default",
  severity: "warning",
  about: "A key without a value is null, and null takes the chart's default map or list away.",
  why: "`key:` with nothing behind it is null in YAML, and Helm reads null as an order to delete the chart's default with everything below it. That happens when all lines below a key are commented out; templates that read those defaults then print nothing, or fail. Remove the key to keep the default, or write `{}` or `[]` for a block that adds nothing.",
  *check(release) {
    for (const entry of release.entries) {
      if (entry.value !== null || typeof entry.path.at(-1) === "number" || entry.rule?.required) continue;
      const lost =
        isSetLater(release, entry) || hasKeysBeside(release, entry) ? undefined : lostDefault(release, entry);
      if (!lost) continue;
      yield {
        message: `\`${entry.path.join(".")}\` has no value: null deletes the chart's default ${lost}`,
        hint: "remove the key to keep the default, or give it a value",
        at: entry.at("key"),
      };
    }
  },
};

/** A later layer may give the key a value again. */
function isSetLater(release: LintRelease, { layer, path }: Entry): boolean {
  const later = release.layers.slice(release.layers.indexOf(layer) + 1);
  return later.some(({ value }) => hasPath(value, path));
}

/** What the chart has there, as far as it is known; undefined where nothing is lost. */
function lostDefault({ contents, definition }: LintRelease, { path }: Entry): string | undefined {
  if (contents) {
    const value = contents.defaultAt(path);
    if (isMap(value))
      return Object.keys(value).length > 0 ? `map (${Object.keys(value).join(", ")})` : undefined;
    return Array.isArray(value) && value.length > 0 ? `list of ${value.length}` : undefined;
  }
  // Our lists name the keys below only where the chart has defaults for them.
  const start = `${path.join(".")}.`;
  const below = definition.values.some(
    (rule) => rule.path.startsWith(start) && !/[*[]/.test(rule.path.slice(start.length)),
  );
  return below ? "map" : undefined;
}
