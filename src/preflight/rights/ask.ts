import pLimit from "p-limit";
import type { Kubernetes } from "../../kubernetes/api.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { Need } from "./needs.ts";
import { missingOf, type ResourceRule } from "./rules.ts";

const REVIEWS = "/apis/authorization.k8s.io/v1";
const PARALLEL = 8;

/** What the account lacks in a namespace: one question for all, more only where the answer is not complete. */
export async function missingIn(
  kubernetes: Kubernetes,
  needs: readonly Need[],
  namespace: string,
): Promise<Need[]> {
  const { status } = await review(kubernetes, "SelfSubjectRulesReview", { namespace });
  const { resourceRules, incomplete } = status as {
    resourceRules?: ResourceRule[] | null;
    incomplete?: boolean;
  };
  const missing = missingOf(needs, resourceRules ?? []);
  if (missing.length === 0 || !incomplete) return missing;
  // Clouds decide beside RBAC, and do not tell their rules: then only the single question is certain. Most accounts
  // that deploy may do everything.
  if (await isAllowed(kubernetes, EVERYTHING, "*", namespace)) return [];
  return missingOneByOne(kubernetes, missing, namespace);
}

const EVERYTHING: Need = { group: "*", resource: "*", verbs: ["*"], severity: "error" };

/** The same, asked for every right by itself. */
export async function missingOneByOne(
  kubernetes: Kubernetes,
  needs: readonly Need[],
  namespace?: string,
): Promise<Need[]> {
  const slot = pLimit(PARALLEL);
  const asked = needs.map(async (need): Promise<Need[]> => {
    const answers = await Promise.all(
      need.verbs.map((verb) => slot(() => isAllowed(kubernetes, need, verb, namespace))),
    );
    const verbs = need.verbs.filter((_, index) => !answers[index]);
    return verbs.length > 0 ? [{ ...need, verbs }] : [];
  });
  return (await Promise.all(asked)).flat();
}

async function isAllowed(
  kubernetes: Kubernetes,
  { group, resource: full }: Need,
  verb: string,
  namespace: string | undefined,
): Promise<boolean> {
  const [resource, subresource] = full.split("/");
  const resourceAttributes = {
    group,
    resource,
    verb,
    ...(subresource ? { subresource } : {}),
    ...(namespace ? { namespace } : {}),
  };
  const { status } = await review(kubernetes, "SelfSubjectAccessReview", { resourceAttributes });
  return (status as { allowed?: boolean }).allowed === true;
}

/** Name of the account; undefined where the cluster is too old to say. */
export async function accountName(kubernetes: Kubernetes): Promise<string | undefined> {
  const question = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  try {
    const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    const { status } = await kubernetes.create(path, question as KubernetesObject, { dryRun: true });
    return (status as { userInfo?: { username?: string } }).userInfo?.username;
  } catch {
    return undefined;
  }
}

/** Asks the API server; nothing is stored. */
function review(kubernetes: Kubernetes, kind: string, spec: object): Promise<KubernetesObject> {
  const question = { apiVersion: "authorization.k8s.io/v1", kind, spec };
  const path = `${REVIEWS}/${kind.toLowerCase()}s`;
  return kubernetes.create(path, question as unknown as KubernetesObject, { dryRun: true });
}
