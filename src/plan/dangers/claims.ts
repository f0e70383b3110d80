import type { Values } from "../../overrides/values.ts";
import { listAt, mapAt, textAt } from "../manifest.ts";
import { nameOf, type ObjectChange } from "./model.ts";

/** A volume claim as it is and as it is to be: an object of its own, or the template of a StatefulSet. */
export interface ClaimPair {
  title: string;
  before: Values;
  after: Values;
}

/** The claims of an object that are there before and after. */
export function claimPairs(change: ObjectChange): ClaimPair[] {
  const { kind, before, after } = change;
  if (!before || !after) return [];
  const title = nameOf(change);
  if (kind === "PersistentVolumeClaim") return [{ title, before: before.object, after: after.object }];
  if (kind !== "StatefulSet") return [];
  const olds = templates(before.object);
  return [...templates(after.object)].flatMap(([name, template]) => {
    const old = olds.get(name);
    return old ? [{ title: `${title}, claim ${name}`, before: old, after: template }] : [];
  });
}

function templates(object: Values): Map<string, Values> {
  const list = listAt(object, ["spec", "volumeClaimTemplates"]);
  return new Map(list.map((each) => [textAt(each, ["metadata", "name"]) ?? "", mapAt(each, [])]));
}
