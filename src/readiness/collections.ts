import { apiPath, type KubernetesObject } from "../kubernetes/objects.ts";

/** A kind that becomes ready over time. */
interface AwaitedKind {
  apiVersion: string;
  /** Plural name, as in API paths. */
  resource: string;
  clusterWide?: true;
  /** Left out: every object of the kind is waited for. */
  waitsFor?(wanted: KubernetesObject): boolean;
}

const KINDS: Readonly<Record<string, AwaitedKind>> = {
  Deployment: { apiVersion: "apps/v1", resource: "deployments" },
  StatefulSet: { apiVersion: "apps/v1", resource: "statefulsets" },
  DaemonSet: { apiVersion: "apps/v1", resource: "daemonsets" },
  Job: {
    apiVersion: "batch/v1",
    resource: "jobs",
    waitsFor: (job) => !(job.spec as { suspend?: boolean } | undefined)?.suspend,
  },
  PersistentVolumeClaim: { apiVersion: "v1", resource: "persistentvolumeclaims" },
  Pod: { apiVersion: "v1", resource: "pods" },
  Service: {
    apiVersion: "v1",
    resource: "services",
    waitsFor: (service) => (service.spec as { type?: string } | undefined)?.type === "LoadBalancer",
  },
  CustomResourceDefinition: {
    apiVersion: "apiextensions.k8s.io/v1",
    resource: "customresourcedefinitions",
    clusterWide: true,
  },
};

/** Objects of one kind and namespace: one list request tells the state of all. */
export interface Collection {
  kind: string;
  namespace: string;
  path: string;
  wanted: readonly KubernetesObject[];
}

/** The objects that are waited for, by the list that shows them. */
export function collectionsOf(objects: readonly KubernetesObject[], namespace: string): Collection[] {
  const collections = new Map<string, Collection & { wanted: KubernetesObject[] }>();
  for (const object of objects) {
    const kind = awaitedKind(object);
    if (!kind || kind.waitsFor?.(object) === false) continue;
    const place = kind.clusterWide ? "" : (object.metadata.namespace ?? namespace);
    const path = apiPath(kind.apiVersion, kind.resource, place || undefined);
    const known = collections.get(path) ?? { kind: object.kind, namespace: place, path, wanted: [] };
    known.wanted.push(object);
    collections.set(path, known);
  }
  return [...collections.values()];
}

/** A Job of another API group (Volcano's, for one) is another kind. */
function awaitedKind(object: KubernetesObject): AwaitedKind | undefined {
  const kind = Object.hasOwn(KINDS, object.kind) ? KINDS[object.kind] : undefined;
  return kind && groupOf(kind.apiVersion) === groupOf(object.apiVersion) ? kind : undefined;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.replace(/\/.*$/, "") : "";
}

/**
 * Custom resources among the objects. They are not waited for: what "ready" means is up to the controller of each,
 * and some never say.
 */
export function customResources(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return objects.filter(({ apiVersion }) => {
    const group = groupOf(apiVersion);
    return group.includes(".") && !group.endsWith(".k8s.io");
  });
}
