import type { Entry, LintRelease, Rule } from "../../model.ts";

export const deadKey: Rule = {
  id: "K6",
  slug: "dead-key",
  severity: "info",
  about:
    "The chart has a default for this key, but none of its templates reads it: setting it changes nothing.",
  why: "Charts carry keys along that their templates stopped reading, or never read. Such a key is known, so nothing warns about it, and yet an override has no effect. This is told only where the chart is at hand and all of its templates could be followed. Remove the override, or look for the key that took its place in the chart's notes.",
  *check(release) {
    for (const entry of release.entries) {
      if (!isDead(release, entry)) continue;
      yield {
        message: `no template of chart ${release.contents?.name} ${release.contents?.version} reads \`${entry.path.join(".")}\``,
        hint: "remove it: it changes nothing",
        at: entry.at("key"),
      };
    }
  },
};

/** The topmost key that nobody reads. */
function isDead({ contents }: LintRelease, { path }: Entry): boolean {
  if (!contents || contents.incomplete || typeof path.at(-1) === "number") return false;
  if (contents.defaultAt(path) === undefined || contents.usedAt(path) !== "never") return false;
  return path.length === 1 || contents.usedAt(path.slice(0, -1)) !== "never";
}
