import { TENANT_LABEL } from "../../kubernetes/namespaces.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { Check, Look, PreflightFinding } from "../model.ts";
import { writtenNamespaces } from "../namespaces.ts";
import { accountName, missingIn, missingOneByOne } from "../rights/ask.ts";
import { clusterNeeds, type Need, namespacedNeeds } from "../rights/needs.ts";
import { roleSnippet } from "../rights/snippet.ts";

const CHECK = "rights";

/** Whether the account may do what the run is going to do. */
export const rights: Check = {
  name: CHECK,
  looksAt: "the rights of this account",
  needs:
    "create selfsubjectrulesreviews and selfsubjectaccessreviews.authorization.k8s.io, which everybody has by default",
  async find(look) {
    const missing = await Promise.all([
      inCluster(look),
      ...[...namespacedNeeds(look)].map(async ([namespace, needs]) => ({
        namespace,
        missing: await missingIn(look.kubernetes, needs, namespace),
      })),
    ]);
    const lacking = missing.filter((each) => each.missing.length > 0);
    if (lacking.length === 0) return [];
    const account = await accountName(look.kubernetes);
    return lacking.map((each) => tellMissing(each, account, look.mode ?? "apply"));
  },
};

interface Missing {
  namespace?: string;
  missing: readonly Need[];
}

async function inCluster(look: Look): Promise<Missing> {
  const live = await look.namespaces().catch(() => undefined);
  return { missing: await missingOneByOne(look.kubernetes, clusterNeeds(look, namespaceVerbs(look, live))) };
}

/**
 * What the run does with namespaces: it makes those that are missing, and labels those of tenants.
 * @param live those that are there; undefined when they may not be read
 */
export function namespaceVerbs(
  look: Pick<Look, "environment" | "uses">,
  live: ReadonlyMap<string, KubernetesObject> | undefined,
): string[] {
  if (!live) return ["get"];
  if (writtenNamespaces(look).some((name) => !live.has(name))) return ["create", "patch"];
  const unlabelled = look.uses.some(
    ({ tenant, namespace }) => tenant && live.get(namespace)?.metadata.labels?.[TENANT_LABEL] !== tenant,
  );
  return unlabelled ? ["patch"] : [];
}

/** One sentence for all that is missing in a place. */
export function tellMissing(
  { namespace, missing }: Missing,
  account: string | undefined,
  mode: "plan" | "apply",
): PreflightFinding {
  const stops = mode === "apply" && missing.some(({ severity }) => severity === "error");
  const place = namespace ? `in namespace ${namespace}` : "in the whole cluster";
  const who = account ? `the account ${account}` : "the account of this kubeconfig";
  return {
    check: CHECK,
    severity: stops ? "error" : "warning",
    message: `${place} ${who} may not ${words(missing)}`,
    hint: namespace
      ? "an administrator can apply this Role, or take back what the charts do not write"
      : "an administrator can apply this ClusterRole, or take back what the charts do not write",
    snippet: roleSnippet(missing, account, namespace),
  };
}

/** `create, patch deployments.apps, statefulsets.apps; list events`: resources that lack the same verbs together. */
function words(missing: readonly Need[]): string {
  const byVerbs = new Map<string, string[]>();
  for (const { group, resource, verbs } of missing) {
    const name = group ? `${resource}.${group}` : resource;
    const key = verbs.join("/");
    byVerbs.set(key, [...(byVerbs.get(key) ?? []), name]);
  }
  return [...byVerbs].map(([verbs, names]) => `${verbs} ${names.join(", ")}`).join("; ");
}
