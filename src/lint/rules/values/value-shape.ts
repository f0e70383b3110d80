import type { ValueType } from "../../../catalogue/model.ts";
import { isMap } from "../../../overrides/merge.ts";
import type { Rule } from "../../model.ts";

export const valueShape: Rule = {
  id: "K3",
  slug: "value-shape",
  severity: "error",
  about: "A map stands where the chart expects a list or scalar, or the other way round.",
  *check({ entries }) {
    for (const { rule, value, at, leftover } of entries) {
      if (!rule || rule.type === "any" || value === null || leftover) continue;
      const [expected, found] = [shapeOf(rule.type), shapeOfValue(value)];
      if (expected !== found) yield { message: `expected ${expected}, found ${found}`, at: at() };
    }
  },
};

function shapeOf(type: ValueType): string {
  if (type === "map") return "a map";
  return type === "list" ? "a list" : "a single value";
}

function shapeOfValue(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return isMap(value) ? "a map" : "a single value";
}
