/** A Kubernetes object as far as this toolkit reads it. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    resourceVersion?: string;
    generation?: number;
  };
  [field: string]: unknown;
}

/** Plural resource names of the kinds that are written or waited for here. */
const RESOURCES: Readonly<Record<string, string>> = {
  Namespace: "namespaces",
  Secret: "secrets",
  ConfigMap: "configmaps",
  NetworkPolicy: "networkpolicies",
  Deployment: "deployments",
  StatefulSet: "statefulsets",
  DaemonSet: "daemonsets",
  Job: "jobs",
  Pod: "pods",
};

/**
 * API path of a collection, or of one object in it.
 * @param namespace left out for cluster-wide kinds
 */
export function resourcePath(apiVersion: string, kind: string, namespace?: string, name?: string): string {
  const resource = RESOURCES[kind];
  if (!resource) throw new Error(`no API path is known for kind ${kind}`);
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${scope}/${resource}${name ? `/${encodeURIComponent(name)}` : ""}`;
}

/** API path of an object. */
export function objectPath(object: KubernetesObject): string {
  return resourcePath(object.apiVersion, object.kind, object.metadata.namespace, object.metadata.name);
}
