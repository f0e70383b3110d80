import { kubectlName, nameOf, type ObjectRule } from "./model.ts";

export const statefulSetDeleted: ObjectRule = {
  rule: "stateful-set-deleted",
  severity: "stop",
  *check(change) {
    if (change.action !== "delete" || change.kind !== "StatefulSet") return;
    yield {
      message: `${nameOf(change)} is deleted: what it served stops, and its volume claims stay behind unused`,
      hint: `save its data first; to keep it: kubectl annotate ${kubectlName(change)} helm.sh/resource-policy=keep`,
    };
  },
};
