import type { Kubernetes } from "./api.ts";
import { type KubernetesObject, resourcePath } from "./objects.ts";

/** Label of every tenant's namespace; network policies of the shared services admit it. */
export const TENANT_LABEL = "clearml-actions/tenant";

/**
 * Makes sure a namespace is there, labelled with its tenant. Returns whether something was written: one that is as
 * it should be is left alone, whoever made it.
 */
export async function ensureNamespace(
  kubernetes: Kubernetes,
  name: string,
  tenant?: string,
): Promise<boolean> {
  const found = await kubernetes.get(resourcePath("v1", "Namespace", undefined, name));
  if (found && (tenant === undefined || found.metadata.labels?.[TENANT_LABEL] === tenant)) return false;
  const namespace: KubernetesObject = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, ...(tenant ? { labels: { [TENANT_LABEL]: tenant } } : {}) },
  };
  return (await kubernetes.apply(namespace)) !== "unchanged";
}
