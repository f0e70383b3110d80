import { howToKeep } from "./keep.ts";
import { nameOf, type ObjectRule } from "./model.ts";

export const namespaceDeleted: ObjectRule = {
  rule: "namespace-deleted",
  severity: "stop",
  *check(change) {
    if (change.action !== "delete" || change.kind !== "Namespace") return;
    yield {
      message: `${nameOf(change)} is deleted with everything in it, whoever put it there`,
      hint: howToKeep(change),
    };
  },
};
