import type { ValueType } from "../../../catalogue/model.ts";
import { isMap } from "../../../overrides/merge.ts";
import { findPlaceholders } from "../../../overrides/placeholders.ts";
import { chartRefuses } from "../../facts/schema.ts";
import type { Entry, Hit, LintRelease, Rule } from "../../model.ts";

export const valueType: Rule = {
  id: "T1",
  slug: "value-type",
  severity: "error",
  about: 'A scalar has another type than the chart expects: the text "false" is true to a template.',
  why: 'To a template, every text that is not empty is true, the text "false" too: a feature goes on that was meant to stay off. A number in quotes stays a text where the chart prints it as YAML, and Kubernetes refuses it. Remove the quotes; a `${NAME}` always gives text, so write such a value out. Where only the chart\'s default says what is expected, it is a warning.',
  fixable: true,
  *check(release) {
    for (const entry of release.entries) {
      const hit = entry.leftover ? undefined : (wrongType(entry) ?? unlikeDefault(release, entry));
      if (hit) yield hit;
    }
  },
};

const EXPECTED: Partial<Record<ValueType, string>> = {
  boolean: "true or false, without quotes",
  integer: "a whole number, without quotes",
  number: "a number, without quotes",
};

function wrongType(entry: Entry): Hit | undefined {
  const { rule, value, at } = entry;
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
    ...unquoted(entry, rule.type),
  };
}

/** Against the chart's own default, where our lists have no type. */
function unlikeDefault(release: LintRelease, entry: Entry): Hit | undefined {
  const { rule, path, text, at } = entry;
  const given = rule && rule.type !== "any" ? undefined : release.contents?.defaultAt(path);
  if (text === undefined || chartRefuses(release, path)) return undefined;
  if (typeof given === "boolean" && WORDS_OF_BOOLEANS.test(text)) {
    return {
      message: `the text \`${text}\` is true to a template, and the chart's default is \`${given}\``,
      hint: "write it without quotes",
      severity: "warning",
      at: at(),
      ...unquoted(entry, "boolean"),
    };
  }
  // Quantities, percentages and names of ports are texts beside numbers.
  const isWord = /^[A-Za-z ]+$/.test(text) && !/port$/i.test(String(path.at(-1)));
  if (typeof given !== "number" || !isWord) return undefined;
  return {
    message: `found the text \`${text}\`, and the chart's default is the number ${given}`,
    severity: "warning",
    at: at(),
  };
}

const WORDS_OF_BOOLEANS = /^(true|false|yes|no|on|off)$/i;

/** Without its quotes, where that gives the type the chart expects. */
function unquoted({ layer, path, value }: Entry, type: ValueType): Pick<Hit, "fix"> {
  const to = value === "true" ? true : value === "false" ? false : Number(value);
  const isPlain = typeof value === "string" && (type === "boolean" || /^-?(0|[1-9]\d{0,14})$/.test(value));
  if (!isPlain || !fits(type, to)) return {};
  const change = { source: layer.source, kind: "value", path: [...layer.path, ...path], to } as const;
  return { fix: { description: "remove the quotes", changes: [change] } };
}

function fits(type: ValueType, value: unknown): boolean {
  if (type === "boolean") return typeof value === "boolean";
  if (type === "integer") return Number.isInteger(value) || typeof value === "bigint";
  return typeof value === "number";
}
