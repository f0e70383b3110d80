import type { ValueRule } from "../../catalogue/model.ts";

/** Whether a rule is about the value of a label or annotation. */
export function isMetadata(rule: ValueRule): boolean {
  return /(^|\.)(labels|annotations)\.\*$/.test(rule.path);
}
