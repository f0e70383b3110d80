import type { SchemaViolation } from "../../../chart/schema-check.ts";
import type { Location } from "../../../core/errors.ts";
import { findPlaceholders } from "../../../overrides/placeholders.ts";
import { valueAt } from "../../../overrides/values.ts";
import { nearestHint } from "../../../yaml/nearest.ts";
import { isLeftover } from "../../facts/leftover.ts";
import { violationsOf } from "../../facts/schema.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

/** What the types and forms of our own lists find with a better message. */
const ELSEWHERE: Readonly<Record<string, "type" | "words" | "pattern" | "minimum" | "maximum">> = {
  type: "type",
  enum: "words",
  pattern: "pattern",
  minimum: "minimum",
  maximum: "maximum",
};

/** Words that judge the text itself: nobody knows the text of a secret yet. */
const OF_TEXT = new Set(["pattern", "enum", "const", "minLength", "maxLength"]);

export const valuesSchema: Rule = {
  id: "V5",
  slug: "values-schema",
  severity: "error",
  about: "The chart's own schema does not accept a value: Helm refuses to install it.",
  why: "A chart may bring a `values.schema.json`, and Helm checks the merged values against it before it renders anything: install and upgrade end with an error. The same is done here with the chart at hand, its subcharts included, at the line of the override. Write what the schema asks for; the message names it.",
  *check(release) {
    for (const each of violationsOf(release)) {
      if (isUndecided(release, each) || isFoundElsewhere(release, each)) continue;
      yield hitFor(release, each);
    }
  },
};

function hitFor(release: LintRelease, { path, keyword, reason, missing }: SchemaViolation): Hit {
  const name = path.join(".") || "the values";
  if (keyword === "unknown") {
    const key = String(path.at(-1));
    const known = release.contents?.keysAt(path.slice(0, -1)).filter((each) => each !== key) ?? [];
    return {
      message: `the chart's schema allows no key \`${name}\``,
      hint: nearestHint(key, known),
      at: keyOf(release, path) ?? release.locate(path),
    };
  }
  if (missing !== undefined) {
    const place = [...path, missing].join(".");
    return { message: `the chart's schema requires \`${place}\``, hint: "set it", at: release.locate(path) };
  }
  return {
    message: `the chart's schema does not accept \`${name}\``,
    hint: reason.charAt(0).toLowerCase() + reason.slice(1).replace(/\.$/, ""),
    at: release.locate(path),
  };
}

function keyOf(release: LintRelease, path: SchemaViolation["path"]): Location | undefined {
  const name = path.join("\0");
  return release.entries.findLast((entry) => entry.path.join("\0") === name)?.at("key");
}

/** A value that is not known yet, or that the deployment fills in. */
function isUndecided(release: LintRelease, { path, keyword, missing }: SchemaViolation): boolean {
  // Which texts are well formed, Helm's versions do not agree on.
  if (keyword === "format") return true;
  if (missing !== undefined) return release.ruleAt([...path, missing])?.filled !== undefined;
  const value = valueAt(release.values, path);
  if (typeof value !== "string") return false;
  return isLeftover(value) || (OF_TEXT.has(keyword) && findPlaceholders(value).length > 0);
}

function isFoundElsewhere(release: LintRelease, { path, keyword, missing }: SchemaViolation): boolean {
  if (missing !== undefined) return release.ruleAt([...path, missing])?.required !== undefined;
  const rule = release.ruleAt(path);
  const word = ELSEWHERE[keyword];
  // An empty text and null are left alone there.
  const value = valueAt(release.values, path);
  if (!rule || word === undefined || value === "" || value === null) return false;
  return rule[word] !== undefined && rule.type !== "any";
}
