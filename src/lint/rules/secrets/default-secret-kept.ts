import type { ChartContents } from "../../../chart/model.ts";
import { isMap, mergeValues } from "../../../overrides/merge.ts";
import { valueAt } from "../../../overrides/values.ts";
import { isInert } from "../../facts/inert.ts";
import type { LintRelease, Rule } from "../../model.ts";

export const defaultSecretKept: Rule = {
  id: "S3",
  slug: "default-secret-kept",
  severity: "warning",
  about: "A secret keeps the value that the chart prints in its own values, which everybody can read.",
  why: "The public charts bring keys and passwords so that they run as they are. A server deployed with them lets in whoever has read the chart. Set each to `${NAME}` of a secret, or name an existing Secret with them.",
  *check(release) {
    const { contents, environment, definition } = release;
    if (!contents || !environment) return;
    const merged = { ...release, values: mergeValues([contents.values, release.values]) };
    const kept = definition.values
      .filter(
        ({ secret, path }) => secret && !path.includes("*") && isKept(path.split("."), merged, contents),
      )
      .map(({ path }) => path);
    if (kept.length === 0) return;
    yield {
      message: `${kept.map((path) => `\`${path}\``).join(", ")} ${kept.length === 1 ? "keeps the value" : "keep the values"} of the chart, which everybody can read`,
      hint: "set each to `${NAME}` of a secret",
      at: release.at,
    };
  },
};

/** Whether the chart's own text is in force: nothing replaces it, and something reads it. */
function isKept(path: string[], merged: LintRelease, contents: ChartContents): boolean {
  const text = contents.defaultAt(path);
  if (typeof text !== "string" || text === "" || valueAt(merged.values, path) !== text) return false;
  const block = valueAt(merged.values, path.slice(0, -1));
  const isElsewhere =
    isMap(block) &&
    Object.entries(block).some(([key, value]) => /existing\w*Secrets?$/i.test(key) && hasValue(value));
  return !isElsewhere && !isInert(merged, path) && !/^<.*>$/.test(text);
}

function hasValue(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
