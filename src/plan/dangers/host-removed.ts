import { valueAt } from "../../overrides/values.ts";
import { listAt, type ManifestObject, textAt } from "../manifest.ts";
import { nameOf, type ObjectRule } from "./model.ts";

export const hostRemoved: ObjectRule = {
  rule: "host-removed",
  severity: "stop",
  *check(change) {
    const { before, after, release } = change;
    const had = before ? hostsOf(before) : [];
    const kept = new Set(after ? hostsOf(after) : []);
    const gone = had.filter((host) => !kept.has(host));
    if (gone.length === 0) return;
    const elsewhere = new Set(release.after().flatMap(hostsOf));
    for (const host of gone.filter((each) => !elsewhere.has(each))) {
      yield {
        message: `${nameOf(change)} no longer serves ${host}: users lose this address`,
        hint: "keep the host, or lead users to the new one first",
      };
    }
  },
};

/** Host names that an Ingress or a route of the Gateway API serves. */
function hostsOf({ kind, object }: ManifestObject): string[] {
  if (kind === "Ingress")
    return [...new Set(listAt(object, ["spec", "rules"]).flatMap((rule) => textAt(rule, ["host"]) ?? []))];
  const names = kind.endsWith("Route") ? valueAt(object, ["spec", "hostnames"]) : undefined;
  return Array.isArray(names) ? names.map(String) : [];
}
