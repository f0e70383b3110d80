import type { Kubernetes } from "./api.ts";
import { type KubernetesObject, resourcePath } from "./objects.ts";

/** Label of every tenant's namespace; network policies of the shared services admit it. */
export const TENANT_LABEL = "clearml-actions/tenant";
/** Label of what belongs to one environment file, beside the tenant's. */
export const ENVIRONMENT_LABEL = "clearml-actions/environment";
/** On everything that was made here; a namespace without it was there before, and stays when its tenant goes. */
export const MANAGED_BY: Readonly<Record<string, string>> = {
  "app.kubernetes.io/managed-by": "clearml-actions",
};

/** Whose the objects of a tenant's namespace are. */
export interface TenantOwner {
  /** Name of the environment. */
  environment: string;
  tenant: string;
  namespace: string;
}

/** The labels of everything in a tenant's namespace that is made here and not by a chart. */
export function ownerLabels({ environment, tenant }: Omit<TenantOwner, "namespace">): Record<string, string> {
  return { ...MANAGED_BY, ...tenantLabels({ environment, tenant }) };
}

/** What an object of ours says of itself: what is there already, with the owner's labels. */
export function ownedMetadata(
  owner: TenantOwner,
  name: string,
  found: KubernetesObject | undefined,
): KubernetesObject["metadata"] {
  const { labels, ...metadata } = found?.metadata ?? { name, namespace: owner.namespace };
  return { ...metadata, labels: { ...labels, ...ownerLabels(owner) } };
}

/** The labels of a tenant's namespace, whoever made it. */
export function tenantLabels({ environment, tenant }: Omit<TenantOwner, "namespace">) {
  return { [TENANT_LABEL]: tenant, [ENVIRONMENT_LABEL]: environment };
}

/** Whether an object was made here. */
export function isManaged({ metadata }: Pick<KubernetesObject, "metadata">): boolean {
  return hasLabels({ metadata }, MANAGED_BY);
}

export function hasLabels(
  { metadata }: Pick<KubernetesObject, "metadata">,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(labels).every(([name, value]) => metadata.labels?.[name] === value);
}

/** A namespace as it is; undefined when there is none. */
export function readNamespace(kubernetes: Kubernetes, name: string): Promise<KubernetesObject | undefined> {
  return kubernetes.get(resourcePath("v1", "Namespace", undefined, name));
}

/**
 * Makes sure a namespace is there, labelled with its tenant. Returns whether something was written: one that is as
 * it should be is left alone, whoever made it.
 */
export function ensureNamespace(kubernetes: Kubernetes, name: string, tenant?: string): Promise<boolean> {
  return ensureLabelledNamespace(kubernetes, name, tenant === undefined ? {} : { [TENANT_LABEL]: tenant });
}

/** Makes sure a namespace is there with these labels. Returns whether something was written. */
export async function ensureLabelledNamespace(
  kubernetes: Kubernetes,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<boolean> {
  const found = await readNamespace(kubernetes, name);
  if (found && hasLabels(found, labels)) return false;
  const namespace: KubernetesObject = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { ...ownLabels(found), ...labels } },
  };
  return (await kubernetes.apply(namespace)) !== "unchanged";
}

/** The labels from here that are to stay: an apply takes away what it does not repeat. */
function ownLabels(found: KubernetesObject | undefined): Record<string, string> {
  if (!found) return { ...MANAGED_BY };
  const { labels = {} } = found.metadata;
  const ours = [TENANT_LABEL, ENVIRONMENT_LABEL].flatMap((name) =>
    labels[name] === undefined ? [] : [[name, labels[name]] as const],
  );
  return { ...(isManaged(found) ? MANAGED_BY : {}), ...Object.fromEntries(ours) };
}
