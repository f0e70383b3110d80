import { stringify } from "yaml";
import type { Need } from "./needs.ts";

const GROUP = "rbac.authorization.k8s.io";
const NAME = "clearml-actions";

/**
 * A role with what is missing, and its binding, to copy.
 * @param user the account as the API server names it; undefined where it does not say
 * @param name of the role
 */
export function roleSnippet(
  missing: readonly Need[],
  user: string | undefined,
  namespace?: string,
  name: string = NAME,
): string {
  const kind = namespace ? "Role" : "ClusterRole";
  const metadata = { name, ...(namespace ? { namespace } : {}) };
  const role = { apiVersion: `${GROUP}/v1`, kind, metadata, rules: rulesOf(missing) };
  const binding = {
    apiVersion: `${GROUP}/v1`,
    kind: `${kind}Binding`,
    metadata,
    roleRef: { apiGroup: GROUP, kind, name },
    subjects: [subjectOf(user)],
  };
  return [role, binding].map((each) => stringify(each, { flowCollectionPadding: false })).join("---\n");
}

/** One rule for all resources of a group that lack the same verbs. */
function rulesOf(missing: readonly Need[]) {
  const rules = new Map<string, { apiGroups: string[]; resources: string[]; verbs: readonly string[] }>();
  for (const { group, resource, verbs } of missing) {
    const key = `${group} ${verbs.join(",")}`;
    const rule = rules.get(key) ?? { apiGroups: [group], resources: [], verbs };
    rule.resources.push(resource);
    rules.set(key, rule);
  }
  return [...rules.values()];
}

function subjectOf(user = "<the account of this kubeconfig>") {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  if (namespace && name) return { kind: "ServiceAccount", name, namespace };
  return { apiGroup: GROUP, kind: "User", name: user };
}
