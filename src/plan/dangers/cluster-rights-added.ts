import { isDeepStrictEqual } from "node:util";
import { valueAt } from "../../overrides/values.ts";
import { listAt, type ManifestObject, textAt } from "../manifest.ts";
import { nameOf, type ObjectRule } from "./model.ts";

export const clusterRightsAdded: ObjectRule = {
  rule: "cluster-rights-added",
  severity: "note",
  hooks: true,
  *check(change) {
    const { kind, before, after } = change;
    if (!after) return;
    if (kind === "ClusterRoleBinding" && isWider(before, after)) {
      const role = textAt(after.object, ["roleRef", "name"]) ?? "a role";
      yield {
        message: `${nameOf(change)} gives ${subjectsOf(after)} the rights of ClusterRole ${role} in every namespace`,
        hint: "make sure that the chart needs rights in the whole cluster",
      };
    }
    if (kind === "ClusterRole" && hasWildcard(after) && !hasWildcard(before)) {
      yield {
        message: `${nameOf(change)} allows everything (\`*\`) of a kind, a group or a verb`,
        hint: "make sure that the chart needs rights without bounds",
      };
    }
  },
};

/** Another subject or another role than before. */
function isWider(before: ManifestObject | undefined, after: ManifestObject): boolean {
  const had = listAt(before?.object, ["subjects"]);
  const isNew = listAt(after.object, ["subjects"]).some(
    (subject) => !had.some((each) => isDeepStrictEqual(each, subject)),
  );
  const [old, role] = [before, after].map((each) => valueAt(each?.object, ["roleRef"]));
  return isNew || !isDeepStrictEqual(old, role);
}

function subjectsOf({ object }: ManifestObject): string {
  const names = listAt(object, ["subjects"]).map((each) => {
    const kind = textAt(each, ["kind"]) ?? "subject";
    return `${kind} ${textAt(each, ["namespace"]) ?? ""}${textAt(each, ["namespace"]) ? "/" : ""}${textAt(each, ["name"]) ?? ""}`;
  });
  return names.join(", ") || "nobody";
}

function hasWildcard(role: ManifestObject | undefined): boolean {
  return listAt(role?.object, ["rules"]).some((rule) =>
    ["verbs", "resources", "apiGroups"].some((key) => listAt(rule, [key]).includes("*")),
  );
}
