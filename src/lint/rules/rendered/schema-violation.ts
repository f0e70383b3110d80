import type { ValueType } from "../../../catalogue/model.ts";
import type { Location } from "../../../core/errors.ts";
import { findPlaceholders } from "../../../overrides/placeholders.ts";
import { valueAt } from "../../../overrides/values.ts";
import type { RenderedRelease, Violation } from "../../../render/model.ts";
import { describe, placed } from "../../../render/placed.ts";
import { standIn } from "../../../render/stand-ins.ts";
import { placeholderIn } from "../../facts/leftover.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

/** Types that a text never has. */
const TYPES: ReadonlySet<string> = new Set<ValueType>(["boolean", "integer", "number"]);

export const schemaViolation: Rule = {
  id: "R2",
  slug: "schema-violation",
  severity: "error",
  about:
    "A rendered object breaks the schema of its kind: Kubernetes refuses it, or drops the key it does not know.",
  why: "The chart was rendered and every object checked by kubeconform against the schemas of `kubernetesVersion`, and those of the resource definitions that the charts bring. A value of the wrong type or a missing field makes the API server refuse the object, and the release fails. An unknown key is dropped without a word by Helm 3 and is an error for Helm 4. Correct the override at the place given; where none could be told, the chart itself is wrong for this version of Kubernetes.",
  *checkRendered(rendered) {
    const waiting = waitingTexts(rendered);
    for (const violation of rendered.violations ?? []) {
      const value = valueAt(violation.object.object, violation.path);
      // What is not known yet, or copied from a guide, says nothing about the values.
      if (typeof value === "string" && waiting.some((text) => value.includes(text))) continue;
      const hit = hitFor(rendered, violation);
      if (!isFoundByType(rendered.release, hit.at)) yield hit;
    }
  },
};

/** Stand-ins of secrets, and texts from guides that nobody filled in. */
function waitingTexts({ release }: RenderedRelease): string[] {
  return [
    ...secretsOf(release),
    ...release.entries.flatMap(({ value, leftover }) =>
      leftover ? [placeholderIn(String(value)) ?? String(value)] : [],
    ),
  ];
}

/** Whether the override is a text where our lists expect a number or boolean: the rule about types says it better. */
function isFoundByType({ entries }: LintRelease, at: Location): boolean {
  return entries.some((entry) => {
    const { rule, value } = entry;
    if (typeof value !== "string" || !TYPES.has(rule?.type ?? "any")) return false;
    const own = entry.at();
    return own.file === at.file && own.line === at.line && own.column === at.column;
  });
}

function secretsOf({ entries }: LintRelease): string[] {
  return entries.flatMap(({ value }) =>
    typeof value === "string" ? findPlaceholders(value).map(({ name }) => standIn(name)) : [],
  );
}

function hitFor({ release }: RenderedRelease, violation: Violation): Hit {
  const { object, path, message, unknownKey } = violation;
  const place = placed(object, path, release);
  const what = `${describe(object)} \`${path.join(".")}\``;
  if (unknownKey !== undefined) {
    return {
      message: `${what} is no key that Kubernetes knows here: Helm 3 lets it be dropped, Helm 4 fails`,
      hint: "correct the key or its level",
      severity: "warning",
      ...place,
    };
  }
  return { message: `${what}: ${message}; Kubernetes refuses the object`, ...place };
}
