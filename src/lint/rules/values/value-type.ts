import type { ValueType } from "../../../catalogue/model.ts";
import { isMap } from "../../../overrides/merge.ts";
import { findPlaceholders } from "../../../overrides/placeholders.ts";
import type { Entry, Hit, Rule } from "../../model.ts";

export const valueType: Rule = {
  id: "T1",
  slug: "value-type",
  severity: "error",
  about: 'A scalar has another type than the chart expects: the text "false" is true to a template.',
  *check({ entries }) {
    for (const entry of entries) {
      const hit = entry.leftover ? undefined : wrongType(entry);
      if (hit) yield hit;
    }
  },
};

const EXPECTED: Partial<Record<ValueType, string>> = {
  boolean: "true or false, without quotes",
  integer: "a whole number, without quotes",
  number: "a number, without quotes",
};

function wrongType({ rule, value, at }: Entry): Hit | undefined {
  const expected = rule && EXPECTED[rule.type];
  // Charts print the empty text for "not set".
  if (
    !expected ||
    value === null ||
    value === "" ||
    Array.isArray(value) ||
    isMap(value) ||
    fits(rule.type, value)
  )
    return undefined;
  const isPlaceholder = typeof value === "string" && findPlaceholders(value).length > 0;
  return {
    message: `expected ${expected}, found ${typeof value === "string" ? `the text \`${value}\`` : `\`${String(value)}\``}`,
    ...(isPlaceholder ? { hint: "what a placeholder gives is always text: write the value here" } : {}),
    at: at(),
  };
}

function fits(type: ValueType, value: unknown): boolean {
  if (type === "boolean") return typeof value === "boolean";
  if (type === "integer") return Number.isInteger(value) || typeof value === "bigint";
  return typeof value === "number";
}
