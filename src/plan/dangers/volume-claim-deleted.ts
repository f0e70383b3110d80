import { howToKeep } from "./keep.ts";
import { nameOf, type ObjectRule } from "./model.ts";

export const volumeClaimDeleted: ObjectRule = {
  rule: "volume-claim-deleted",
  severity: "stop",
  *check(change) {
    if (change.action !== "delete" || change.kind !== "PersistentVolumeClaim") return;
    yield {
      message: `${nameOf(change)} is deleted, and its data with it where the volume is not retained`,
      hint: howToKeep(change),
    };
  },
};
