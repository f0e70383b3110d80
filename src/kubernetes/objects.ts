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
    uid?: string;
    creationTimestamp?: string;
    deletionTimestamp?: string;
  };
  [field: string]: unknown;
}

/** What names an object, without its contents. */
export interface ObjectName {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

/** A kind that every supported cluster serves. */
interface Resource {
  apiVersion: string;
  /** Plural name, as in API paths. */
  resource: string;
  clusterWide?: true;
}

const RBAC = "rbac.authorization.k8s.io/v1";
const NETWORKING = "networking.k8s.io/v1";

/** The kinds charts are made of. What is not here is asked of the cluster. */
const RESOURCES: Readonly<Record<string, Resource>> = {
  ConfigMap: { apiVersion: "v1", resource: "configmaps" },
  Event: { apiVersion: "v1", resource: "events" },
  Namespace: { apiVersion: "v1", resource: "namespaces", clusterWide: true },
  Node: { apiVersion: "v1", resource: "nodes", clusterWide: true },
  PersistentVolume: { apiVersion: "v1", resource: "persistentvolumes", clusterWide: true },
  PersistentVolumeClaim: { apiVersion: "v1", resource: "persistentvolumeclaims" },
  Pod: { apiVersion: "v1", resource: "pods" },
  ResourceQuota: { apiVersion: "v1", resource: "resourcequotas" },
  Secret: { apiVersion: "v1", resource: "secrets" },
  Service: { apiVersion: "v1", resource: "services" },
  ServiceAccount: { apiVersion: "v1", resource: "serviceaccounts" },
  DaemonSet: { apiVersion: "apps/v1", resource: "daemonsets" },
  Deployment: { apiVersion: "apps/v1", resource: "deployments" },
  ReplicaSet: { apiVersion: "apps/v1", resource: "replicasets" },
  StatefulSet: { apiVersion: "apps/v1", resource: "statefulsets" },
  CronJob: { apiVersion: "batch/v1", resource: "cronjobs" },
  Job: { apiVersion: "batch/v1", resource: "jobs" },
  HorizontalPodAutoscaler: { apiVersion: "autoscaling/v2", resource: "horizontalpodautoscalers" },
  PodDisruptionBudget: { apiVersion: "policy/v1", resource: "poddisruptionbudgets" },
  Ingress: { apiVersion: NETWORKING, resource: "ingresses" },
  IngressClass: { apiVersion: NETWORKING, resource: "ingressclasses", clusterWide: true },
  NetworkPolicy: { apiVersion: NETWORKING, resource: "networkpolicies" },
  CustomResourceDefinition: {
    apiVersion: "apiextensions.k8s.io/v1",
    resource: "customresourcedefinitions",
    clusterWide: true,
  },
  ClusterRole: { apiVersion: RBAC, resource: "clusterroles", clusterWide: true },
  ClusterRoleBinding: { apiVersion: RBAC, resource: "clusterrolebindings", clusterWide: true },
  Role: { apiVersion: RBAC, resource: "roles" },
  RoleBinding: { apiVersion: RBAC, resource: "rolebindings" },
  Lease: { apiVersion: "coordination.k8s.io/v1", resource: "leases" },
  StorageClass: { apiVersion: "storage.k8s.io/v1", resource: "storageclasses", clusterWide: true },
};

/**
 * API path of a collection, or of one object in it.
 * @param namespace left out for cluster-wide kinds
 */
export function resourcePath(apiVersion: string, kind: string, namespace?: string, name?: string): string {
  const known = RESOURCES[kind];
  if (!known) throw new Error(`no API path is known for kind ${kind}`);
  return apiPath(apiVersion, known.resource, namespace, name);
}

/** API path of an object whose kind is known here; its metadata says whether it has a namespace. */
export function objectPath(object: ObjectName): string {
  return resourcePath(object.apiVersion, object.kind, object.metadata.namespace, object.metadata.name);
}

/**
 * API path of an object of a kind that every cluster serves; undefined for other kinds and versions.
 * @param namespace for an object that names none
 */
export function knownPath(object: ObjectName, namespace: string): string | undefined {
  const known = RESOURCES[object.kind];
  if (known?.apiVersion !== object.apiVersion) return undefined;
  const { name, namespace: own = namespace } = object.metadata;
  return apiPath(object.apiVersion, known.resource, known.clusterWide ? undefined : own, name);
}

/** The kind behind a plural name; undefined for kinds that are not known here. */
export function kindOf(apiVersion: string, resource: string): string | undefined {
  return Object.keys(RESOURCES).find(
    (kind) => RESOURCES[kind]?.resource === resource && RESOURCES[kind].apiVersion === apiVersion,
  );
}

/** API path by the plural name of a resource. */
export function apiPath(apiVersion: string, resource: string, namespace?: string, name?: string): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${scope}/${resource}${name ? `/${encodeURIComponent(name)}` : ""}`;
}
