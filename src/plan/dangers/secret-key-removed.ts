import { valueAt } from "../../overrides/values.ts";
import { listAt, type ManifestObject, mapAt, textAt } from "../manifest.ts";
import { nameOf, type ObjectRule } from "./model.ts";
import { containersOf, podOf } from "./pods.ts";

export const secretKeyRemoved: ObjectRule = {
  rule: "secret-key-removed",
  severity: "stop",
  *check(change) {
    const { kind, before, after, release } = change;
    if (kind !== "Secret" || !before) return;
    const kept = new Set(after ? Object.keys(mapAt(after.object, ["data"])) : []);
    const gone = Object.keys(mapAt(before.object, ["data"])).filter((key) => !kept.has(key));
    if (after && gone.length === 0) return;
    const uses = release
      .after()
      .filter(({ namespace }) => namespace === change.namespace)
      .flatMap((workload) => usesOf(workload).map((use) => ({ ...use, workload })))
      .filter(
        ({ secret, key }) => secret === change.name && (key === undefined ? !after : gone.includes(key)),
      );
    for (const key of new Set(uses.map((use) => use.key))) {
      const users = new Set(uses.filter((use) => use.key === key).map(({ workload }) => nameOf(workload)));
      yield {
        message: `${nameOf(change)} ${key === undefined ? "is deleted" : `loses key ${key}`}, and ${[...users].join(", ")} cannot start without it`,
        hint: "keep it, or take it out of what the pods use in the same change",
      };
    }
  },
};

interface Use {
  secret: string;
  /** Undefined where the whole Secret is used. */
  key?: string;
}

/** What an object's pods need of Secrets; what is marked optional is not needed. */
function usesOf(object: ManifestObject): Use[] {
  const pod = podOf(object);
  if (!pod) return [];
  const containers = [...containersOf(pod.spec).values()];
  const variables = containers.flatMap((container) => listAt(container, ["env"]));
  const whole = containers.flatMap((container) => listAt(container, ["envFrom"]));
  return [
    ...variables.flatMap((each) => useOf(valueAt(each, ["valueFrom", "secretKeyRef"]), "name")),
    ...whole.flatMap((each) => useOf(valueAt(each, ["secretRef"]), "name")),
    ...listAt(pod.spec, ["volumes"]).flatMap((each) => useOf(valueAt(each, ["secret"]), "secretName")),
  ];
}

function useOf(reference: unknown, nameKey: string): Use[] {
  const secret = textAt(reference, [nameKey]);
  if (secret === undefined || valueAt(reference, ["optional"]) === true) return [];
  const own = textAt(reference, ["key"]);
  const items = listAt(reference, ["items"]).flatMap((item) => textAt(item, ["key"]) ?? []);
  const keys = own === undefined ? items : [own];
  return keys.length === 0 ? [{ secret }] : [{ secret }, ...keys.map((key) => ({ secret, key }))];
}
