import { isDeepStrictEqual } from "node:util";
import { hasPath } from "../../../overrides/values.ts";
import type { Entry, Hit, LintRelease, Rule } from "../../model.ts";

/** Places that a finding names beside its first. */
const MAX_RELATED = 10;

export const sameAsDefault: Rule = {
  id: "K5",
  slug: "same-as-default",
  severity: "info",
  about: "Values repeat what the chart does without them; the file is longer than what it says.",
  why: "An override that equals the chart's default changes nothing today, and holds the old value when a later version of the chart has a better one. Keep it where it is meant as a pin, else remove it. There is one finding for each file, and only where the chart is at hand.",
  *check(release) {
    if (!release.contents) return;
    const repeated = release.entries.filter((entry) => isRepeated(release, entry));
    for (const [, entries] of Map.groupBy(topmost(repeated), ({ layer }) => layer)) {
      const hit = hitFor(entries);
      if (hit) yield hit;
    }
  },
};

function hitFor([first, ...more]: readonly Entry[]): Hit | undefined {
  if (!first) return undefined;
  const others = more.length > 0 ? ` and ${more.length} more` : "";
  return {
    message: `\`${first.path.join(".")}\`${others} equals the chart's default`,
    hint: "remove what is not meant as a pin",
    at: first.at("key"),
    related: more
      .slice(0, MAX_RELATED)
      .map((each) => ({ at: each.at("key"), message: `\`${each.path.join(".")}\` equals the default, too` })),
  };
}

function isRepeated({ contents, layers }: LintRelease, { layer, path, value, leftover }: Entry): boolean {
  if (leftover || value === null || typeof path.at(-1) === "number") return false;
  const found = contents?.defaultAt(path);
  if (found === undefined || !isDeepStrictEqual(found, value)) return false;
  // What takes back the value of another file is no repetition.
  return !layers.some((other) => other !== layer && hasPath(other.value, path));
}

/** Without those that lie below another of the same file. */
function topmost(entries: readonly Entry[]): Entry[] {
  const paths = new Map(
    [...Map.groupBy(entries, ({ layer }) => layer)].map(([layer, each]) => [
      layer,
      new Set(each.map(({ path }) => path.join("\0"))),
    ]),
  );
  return entries.filter(({ layer, path }) => !paths.get(layer)?.has(path.slice(0, -1).join("\0")));
}
