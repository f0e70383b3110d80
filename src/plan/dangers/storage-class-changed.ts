import { textAt } from "../manifest.ts";
import { claimPairs } from "./claims.ts";
import type { ObjectRule } from "./model.ts";

const CLASS = ["spec", "storageClassName"];

export const storageClassChanged: ObjectRule = {
  rule: "storage-class-changed",
  severity: "stop",
  *check(change) {
    for (const { title, before, after } of claimPairs(change)) {
      const [old, wanted] = [textAt(before, CLASS), textAt(after, CLASS)];
      if (old === wanted) continue;
      yield {
        message: `${title}: the storage class goes from ${old ?? "the cluster's own"} to ${wanted ?? "the cluster's own"}; Helm will fail, and data does not move to another class by itself`,
        hint: "keep the old class; for another one, make a new claim and copy the data",
        // The class that the cluster gave may well be the one that is named now.
        ...(old === undefined ? { severity: "note" } : {}),
      };
    }
  },
};
