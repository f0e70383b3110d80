import type { ValueType } from "../../../catalogue/model.ts";
import { isMap } from "../../../overrides/merge.ts";
import { chartRefuses } from "../../facts/schema.ts";
import type { Entry, Hit, LintRelease, Rule } from "../../model.ts";

export const valueShape: Rule = {
  id: "K3",
  slug: "value-shape",
  severity: "error",
  about: "A map stands where the chart expects a list or scalar, or the other way round.",
  why: "Templates walk over lists, look into maps and print scalars; with another shape they fail, or print something that Kubernetes refuses. Helm itself only warns, and a list is replaced as a whole while maps are merged. Write the shape that the message names. Where only the chart's default says what is expected, it is a warning.",
  *check(release) {
    for (const entry of release.entries) {
      const { rule, value, at, leftover } = entry;
      if (value === null || leftover) continue;
      if (!rule || rule.type === "any") {
        const hit = otherThanDefault(release, entry);
        if (hit) yield hit;
        continue;
      }
      const [expected, found] = [shapeOf(rule.type), shapeOfValue(value)];
      if (expected !== found) yield { message: `expected ${expected}, found ${found}`, at: at() };
    }
  },
};

/** Against the chart's own default; what is empty there says nothing about the shape. */
function otherThanDefault(release: LintRelease, { path, value, at }: Entry): Hit | undefined {
  const given = path.some((step) => typeof step === "number") ? undefined : release.contents?.defaultAt(path);
  if (given === undefined || given === null || given === "" || isEmpty(given) || value === "")
    return undefined;
  const [expected, found] = [shapeOfValue(given), shapeOfValue(value)];
  if (expected === found || chartRefuses(release, path)) return undefined;
  return {
    message: `expected ${expected} as in the chart's default, found ${found}`,
    severity: "warning",
    at: at(),
  };
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function shapeOf(type: ValueType): string {
  if (type === "map") return "a map";
  return type === "list" ? "a list" : "a single value";
}

function shapeOfValue(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return isMap(value) ? "a map" : "a single value";
}
