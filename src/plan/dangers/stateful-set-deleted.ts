import { howToKeep } from "./keep.ts";
import { nameOf, type ObjectRule } from "./model.ts";

export const statefulSetDeleted: ObjectRule = {
  rule: "stateful-set-deleted",
  severity: "stop",
  *check(change) {
    if (change.action !== "delete" || change.kind !== "StatefulSet") return;
    yield {
      message: `${nameOf(change)} is deleted: what it served stops, and its volume claims stay behind unused`,
      hint: howToKeep(change),
    };
  },
};
