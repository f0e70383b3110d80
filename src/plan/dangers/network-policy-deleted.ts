import { nameOf, type ObjectRule } from "./model.ts";

export const networkPolicyDeleted: ObjectRule = {
  rule: "network-policy-deleted",
  severity: "note",
  *check(change) {
    if (change.action !== "delete" || change.kind !== "NetworkPolicy") return;
    yield {
      message: `${nameOf(change)} is deleted: the pods it closed can be reached by whoever no other policy keeps out`,
      hint: "make sure that another policy isolates them, such as component `network-isolation`",
    };
  },
};
