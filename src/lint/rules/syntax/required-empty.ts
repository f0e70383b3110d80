import type { Condition, ValueRule } from "../../../catalogue/model.ts";
import { valueAt } from "../../../overrides/values.ts";
import { isInert } from "../../facts/inert.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

export const requiredEmpty: Rule = {
  id: "L12",
  slug: "required-empty",
  severity: "error",
  about: "A key the chart cannot do without is missing or empty, or a credential is the empty text.",
  why: 'Guides print keys such as `apiKey: ""` for you to fill in. A chart takes the empty text as it is: the gateway starts without credentials, an Ingress without host is refused, the server signs sessions with nothing. Write the value, or delete the key where the chart or the deployment makes one.',
  *check(release) {
    yield* emptyValues(release);
    // A single file need not be complete, and the public charts have other keys.
    if (release.environment?.edition === "enterprise") yield* missingValues(release);
  },
};

/** Keys that are there, without a value. */
function* emptyValues(release: LintRelease): Generator<Hit> {
  for (const { rule, path, value, at } of release.entries) {
    if (!rule || (value !== "" && value !== null) || isInert(release, path)) continue;
    const required = isRequired(rule, release.values);
    if (!required && !(rule.generated && value === "")) continue;
    // A later file, or the deployment itself, gives the value.
    if (hasValue(valueAt(release.values, path.map(String)))) continue;
    if (release.environment && rule.filled) continue;
    yield {
      message: `\`${path.join(".")}\` is empty`,
      hint: repair(rule, required),
      // Charts print such keys in their own default values.
      ...(release.environment ? {} : { severity: "warning" as const }),
      at: at("key"),
    };
  }
}

function repair(rule: ValueRule, required: boolean): string {
  if (rule.filled) return "write its value, or delete the key: the deployment fills it in";
  return required ? "write its value" : "write its value, or delete the key so that the chart makes one";
}

/** Keys that no file has. */
function* missingValues(release: LintRelease): Generator<Hit> {
  for (const rule of release.definition.values) {
    const path = rule.path.split(".");
    if (rule.filled || !isRequired(rule, release.values) || isInert(release, path)) continue;
    if (release.ruleAt(path) !== rule || valueAt(release.values, path) !== undefined) continue;
    yield {
      message: `\`${rule.path}\` of ${release.id} is missing`,
      hint: rule.secret
        ? "set it to `${NAME}` of a secret in an override file"
        : "set it in an override file",
      at: release.locate(path),
    };
  }
}

function isRequired(rule: ValueRule, values: LintRelease["values"]): boolean {
  if (rule.required === undefined) return false;
  if (rule.required === true) return true;
  const { when, unless }: Condition = rule.required;
  const found = when && valueAt(values, when.path.split("."));
  if (when && ("is" in when ? found !== when.is : found === undefined)) return false;
  return !unless?.some((path) => hasValue(valueAt(values, path.split("."))));
}

function hasValue(value: unknown): boolean {
  return (
    value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0)
  );
}
