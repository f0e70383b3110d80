import { restOfLine } from "../../facts/entry-text.ts";
import { isInert } from "../../facts/inert.ts";
import type { Entry, Rule } from "../../model.ts";

/** A note that stands where a value belongs, or dollars that mark a place in a draft. */
const MARKER = /^\W*(?:TODO|FIXME|TBD)\b|\${4,}/;
/** A comment behind the value on its line. */
const REMARK = /^["']?(?:\s*[,\]}])*\s+#.*\b(TODO|FIXME|TBD)\b/;

export const docMarker: Rule = {
  id: "L15",
  slug: "doc-marker",
  severity: "info",
  about: "A mark that the writer of a guide left for later: `$$$$`, or a TODO in a value or beside it.",
  why: "Drafts mark what is still open with `TODO` or a row of dollars, and such marks were copied from published guides more than once. Whoever reads the file cannot know whether the value beside the mark is final. Finish the value and remove the mark; a TODO in a comment of its own is fine.",
  *check(release) {
    for (const entry of release.entries) {
      const found = markOf(entry);
      if (found === undefined || isInert(release, entry.path)) continue;
      yield {
        message: `${found}: the value may not be final`,
        hint: "finish the value and remove the mark",
        at: entry.at(),
      };
    }
  },
};

function markOf(entry: Entry): string | undefined {
  const { value, leftover, layer } = entry;
  // What is plainly a placeholder has a rule of its own.
  if (leftover || value === "-" || (typeof value === "object" && value !== null)) return undefined;
  if (typeof value === "string" && !value.includes("\n")) {
    const mark = MARKER.exec(value)?.[0];
    if (mark !== undefined) return `\`${mark.trim()}\` stands in the value`;
  }
  // Most files have no such remark at all.
  if (!/TODO|FIXME|TBD/.test(layer.source.text)) return undefined;
  const remark = REMARK.exec(restOfLine(layer.source, entry.at()))?.[1];
  return remark === undefined ? undefined : `\`${remark}\` stands beside the value`;
}
