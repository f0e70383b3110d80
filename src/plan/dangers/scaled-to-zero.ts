import { valueAt } from "../../overrides/values.ts";
import { nameOf, type ObjectRule } from "./model.ts";

const SCALED = new Set(["Deployment", "StatefulSet", "ReplicaSet"]);

export const scaledToZero: ObjectRule = {
  rule: "scaled-to-zero",
  severity: "stop",
  *check(change) {
    const { kind, before, after } = change;
    if (!before || !after) return;
    const replicas = ({ object }: typeof before) => valueAt(object, ["spec", "replicas"]) ?? 1;
    if (SCALED.has(kind) && replicas(after) === 0 && replicas(before) !== 0) {
      yield {
        message: `${nameOf(change)} goes from ${replicas(before)} to 0 replicas: what it serves stops`,
        hint: "set its replicas to 1 or more in the values",
      };
    }
    const least = ({ object }: typeof before) => valueAt(object, ["spec", "minReplicas"]) ?? 1;
    if (kind === "HorizontalPodAutoscaler" && least(after) === 0 && least(before) !== 0) {
      yield {
        message: `${nameOf(change)} may scale to 0 replicas: what it serves stops while nobody asks for it`,
        hint: "set the least number of replicas to 1 or more",
        severity: "note",
      };
    }
  },
};
