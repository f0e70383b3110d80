import { isSmaller } from "../immutable.ts";
import { textAt } from "../manifest.ts";
import { claimPairs } from "./claims.ts";
import type { ObjectRule } from "./model.ts";

const SIZE = ["spec", "resources", "requests", "storage"];

export const volumeClaimShrunk: ObjectRule = {
  rule: "volume-claim-shrunk",
  severity: "stop",
  *check(change) {
    for (const { title, before, after } of claimPairs(change)) {
      if (!isSmaller(before, after)) continue;
      yield {
        message: `${title} shrinks from ${textAt(before, SIZE)} to ${textAt(after, SIZE)}, which Kubernetes refuses, so that Helm will fail`,
        hint: "keep the old size; for less, make a new claim and copy the data",
      };
    }
  },
};
