import type { Need } from "./needs.ts";

/** A rule as the API server tells it of an account. */
export interface ResourceRule {
  verbs: readonly string[];
  apiGroups?: readonly string[] | null;
  resources?: readonly string[] | null;
  resourceNames?: readonly string[] | null;
}

/** What the rules do not give of what is needed: each need with the verbs that are missing. */
export function missingOf(needs: readonly Need[], rules: readonly ResourceRule[]): Need[] {
  return needs.flatMap((need) => {
    const verbs = need.verbs.filter((verb) => !rules.some((rule) => allows(rule, need, verb)));
    return verbs.length > 0 ? [{ ...need, verbs }] : [];
  });
}

function allows(rule: ResourceRule, { group, resource }: Need, verb: string): boolean {
  // A rule for certain names says nothing of the others.
  if (rule.resourceNames && rule.resourceNames.length > 0) return false;
  const [, subresource] = resource.split("/");
  const names = ["*", resource, ...(subresource ? [`*/${subresource}`] : [])];
  return (
    holds(rule.verbs, ["*", verb]) && holds(rule.apiGroups, ["*", group]) && holds(rule.resources, names)
  );
}

function holds(list: readonly string[] | null | undefined, any: readonly string[]): boolean {
  return list?.some((each) => any.includes(each)) ?? false;
}
