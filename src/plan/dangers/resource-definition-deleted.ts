import { textAt } from "../manifest.ts";
import { howToKeep } from "./keep.ts";
import { nameOf, type ObjectRule } from "./model.ts";

export const resourceDefinitionDeleted: ObjectRule = {
  rule: "resource-definition-deleted",
  severity: "stop",
  *check(change) {
    if (change.action !== "delete" || change.kind !== "CustomResourceDefinition") return;
    const kind = textAt(change.before?.object, ["spec", "names", "kind"]) ?? "its kind";
    yield {
      message: `${nameOf(change)} is deleted, and with it every ${kind} in all namespaces`,
      hint: howToKeep(change),
    };
  },
};
