import { valueAt } from "../../overrides/values.ts";
import type { Entry, LintRelease } from "../model.ts";

/** Keys of an Ingress that mean nothing beside it. */
const BESIDE = new Set(["hostName", "tlsSecretName", "ingressClassName"]);
/** Keys that are no annotations. */
const BELOW = new Set([...BESIDE, "enabled", "annotations"]);

/** Where a key of an Ingress belongs that stands one level off; undefined for all others. */
export function levelOfIngressKey(release: LintRelease, { path }: Entry): string | undefined {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  if (BELOW.has(key) && parent.at(-1) === "annotations" && parent.at(-2) === "ingress")
    return [...parent.slice(0, -1), key].join(".");
  const isEmpty = BESIDE.has(key) && valueAt(release.values, [...parent, "ingress"]) === null;
  return isEmpty ? [...parent, "ingress", key].join(".") : undefined;
}

/** Whether an empty `ingress:` has its keys beside it instead of below. */
export function hasKeysBeside({ entries }: LintRelease, { layer, path }: Entry): boolean {
  if (path.at(-1) !== "ingress") return false;
  const parent = path.slice(0, -1).join(".");
  return entries.some(
    (each) =>
      each.layer === layer &&
      BESIDE.has(String(each.path.at(-1))) &&
      each.path.slice(0, -1).join(".") === parent,
  );
}
