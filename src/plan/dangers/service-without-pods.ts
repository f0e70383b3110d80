import { isDeepStrictEqual } from "node:util";
import type { Values } from "../../overrides/values.ts";
import { type ManifestObject, mapAt } from "../manifest.ts";
import { nameOf, type ObjectRule } from "./model.ts";
import { podOf } from "./pods.ts";

export const serviceWithoutPods: ObjectRule = {
  rule: "service-without-pods",
  severity: "stop",
  *check(change) {
    const { kind, before, after, namespace, release } = change;
    if (kind !== "Service" || !before || !after) return;
    const [old, wanted] = [selectorOf(before), selectorOf(after)];
    // Where nothing of the release matched before, others make the pods.
    if (isDeepStrictEqual(old, wanted) || !matches(old, namespace, release.before())) return;
    if (Object.keys(wanted).length === 0 || matches(wanted, namespace, release.after())) return;
    yield {
      message: `${nameOf(change)} selects pods that no workload of the release makes: it answers nobody`,
      hint: "set its selector to labels that the pods have",
    };
  },
};

function selectorOf({ object }: ManifestObject): Values {
  return mapAt(object, ["spec", "selector"]);
}

function matches(
  selector: Values,
  namespace: string | undefined,
  objects: readonly ManifestObject[],
): boolean {
  const wanted = Object.entries(selector);
  return objects.some((object) => {
    const pod = object.namespace === namespace ? podOf(object) : undefined;
    return pod !== undefined && wanted.every(([key, value]) => pod.labels[key] === value);
  });
}
