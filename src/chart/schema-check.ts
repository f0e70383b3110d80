import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import { isMap } from "../overrides/merge.ts";
import { effectiveValues, enabledSubcharts } from "./effective-values.ts";
import type { ChartContents } from "./model.ts";

/** Values that the schema of a chart, or of one of its subcharts, does not accept: Helm refuses them. */
export interface SchemaViolation {
  /** From the outermost chart's values on. */
  path: readonly (string | number)[];
  /** Word of the schema that says so, such as `type`; `unknown` for a key beside the allowed ones. */
  keyword: string;
  /** `Expected "integer".` */
  reason: string;
  /** The key that is missing, for `required`. */
  missing?: string;
}

/** Words that only say that something within them is wrong. */
const WRAPPERS = new Set([
  ...["properties", "patternProperties", "additionalProperties", "items", "prefixItems", "additionalItems"],
  ...["allOf", "$ref", "$recursiveRef", "if", "dependentSchemas", "dependencies", "unevaluatedProperties"],
]);

/** Words that hold when one of several schemas fits: which of them was meant, nobody knows. */
const CHOICES = new Set(["anyOf", "oneOf", "not", "contains"]);

const validators = new WeakMap<object, Validator>();

/**
 * Checks a release's values as Helm does: each chart's own, with its defaults, against its own schema; switched-off
 * subcharts are left out. A schema that refers to others over the network is not checked.
 */
export function schemaViolations(
  chart: ChartContents,
  values: Readonly<Record<string, unknown>>,
): SchemaViolation[] {
  if (!hasSchema(chart)) return [];
  const effective = effectiveValues(chart.values, values);
  return violationsOf(chart, effective, effective, []);
}

function hasSchema(chart: ChartContents): boolean {
  return chart.schema !== undefined || chart.subcharts.some((each) => hasSchema(each.chart));
}

function violationsOf(
  chart: ChartContents,
  values: unknown,
  outermost: unknown,
  prefix: readonly string[],
): SchemaViolation[] {
  const own = isMap(chart.schema) && isMap(values) ? ownViolations(chart.schema, values) : [];
  const below = enabledSubcharts(chart, values, outermost).flatMap((each) =>
    violationsOf(each.chart, isMap(values) ? values[each.key] : undefined, outermost, [...prefix, each.key]),
  );
  return [...own.map((each) => ({ ...each, path: [...prefix, ...each.path] })), ...below];
}

function ownViolations(schema: Record<string, unknown>, values: Record<string, unknown>): SchemaViolation[] {
  let units: OutputUnit[];
  try {
    units = validatorOf(schema).validate(values).errors;
  } catch {
    return [];
  }
  const choices = units
    .filter(({ keyword }) => CHOICES.has(keyword))
    .map((unit) => `${unit.keywordLocation}/`);
  return (
    units
      .filter(({ keyword, keywordLocation }) => {
        return !WRAPPERS.has(keyword) && !choices.some((choice) => keywordLocation.startsWith(choice));
      })
      .map((unit) => violation(unit, values))
      // Helm gives every chart a `global`, whatever its schema says: no override can repair that.
      .filter(({ path, keyword }) => keyword !== "unknown" || path.join(".") !== "global")
  );
}

function validatorOf(schema: Record<string, unknown>): Validator {
  const known = validators.get(schema);
  if (known) return known;
  const validator = new Validator(schema as Schema, draftOf(schema.$schema), false);
  validators.set(schema, validator);
  return validator;
}

function draftOf(name: unknown): "4" | "7" | "2019-09" | "2020-12" {
  const text = String(name);
  if (text.includes("draft-04")) return "4";
  if (text.includes("2019-09")) return "2019-09";
  return text.includes("2020-12") ? "2020-12" : "7";
}

function violation(unit: OutputUnit, values: unknown): SchemaViolation {
  const path = pathOf(unit.instanceLocation, values);
  const { keyword, error } = unit;
  if (keyword === "false") return { path, keyword: "unknown", reason: "the schema knows no such key here" };
  const missing = keyword === "required" ? /"(.+)"/.exec(error)?.[1] : undefined;
  return { path, keyword, reason: error, ...(missing === undefined ? {} : { missing }) };
}

/** `#/a/0/b~1c` as a path; a step into a list becomes a number. */
function pathOf(pointer: string, values: unknown): (string | number)[] {
  const path: (string | number)[] = [];
  let at: unknown = values;
  for (const step of pointer.split("/").slice(1)) {
    const key = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(at) ? Number(key) : key);
    at = Array.isArray(at) ? at[Number(key)] : isMap(at) ? at[key] : undefined;
  }
  return path;
}
