import { schemaVersions, servedGroups } from "./store.ts";

/** An API that Kubernetes no longer serves. */
export interface RemovedApi {
  apiVersion: string;
  /** All kinds of the version when left out. */
  kinds?: readonly string[];
  removedIn: string;
  instead: string;
}

/** From Kubernetes' "Deprecated API Migration Guide" (kubernetes.io/docs/reference/using-api/deprecation-guide). */
const REMOVED: readonly RemovedApi[] = [
  {
    apiVersion: "extensions/v1beta1",
    kinds: ["Ingress"],
    removedIn: "1.22",
    instead: "networking.k8s.io/v1",
  },
  {
    apiVersion: "extensions/v1beta1",
    kinds: ["NetworkPolicy"],
    removedIn: "1.16",
    instead: "networking.k8s.io/v1",
  },
  { apiVersion: "extensions/v1beta1", removedIn: "1.16", instead: "apps/v1" },
  { apiVersion: "apps/v1beta1", removedIn: "1.16", instead: "apps/v1" },
  { apiVersion: "apps/v1beta2", removedIn: "1.16", instead: "apps/v1" },
  {
    apiVersion: "admissionregistration.k8s.io/v1beta1",
    kinds: ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
    removedIn: "1.22",
    instead: "admissionregistration.k8s.io/v1",
  },
  { apiVersion: "apiextensions.k8s.io/v1beta1", removedIn: "1.22", instead: "apiextensions.k8s.io/v1" },
  { apiVersion: "apiregistration.k8s.io/v1beta1", removedIn: "1.22", instead: "apiregistration.k8s.io/v1" },
  {
    apiVersion: "networking.k8s.io/v1beta1",
    kinds: ["Ingress", "IngressClass"],
    removedIn: "1.22",
    instead: "networking.k8s.io/v1",
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1beta1",
    removedIn: "1.22",
    instead: "rbac.authorization.k8s.io/v1",
  },
  { apiVersion: "scheduling.k8s.io/v1beta1", removedIn: "1.22", instead: "scheduling.k8s.io/v1" },
  {
    apiVersion: "coordination.k8s.io/v1beta1",
    kinds: ["Lease"],
    removedIn: "1.22",
    instead: "coordination.k8s.io/v1",
  },
  {
    apiVersion: "storage.k8s.io/v1beta1",
    kinds: ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
    removedIn: "1.22",
    instead: "storage.k8s.io/v1",
  },
  {
    apiVersion: "storage.k8s.io/v1beta1",
    kinds: ["CSIStorageCapacity"],
    removedIn: "1.27",
    instead: "storage.k8s.io/v1",
  },
  { apiVersion: "batch/v1beta1", removedIn: "1.25", instead: "batch/v1" },
  { apiVersion: "discovery.k8s.io/v1beta1", removedIn: "1.25", instead: "discovery.k8s.io/v1" },
  { apiVersion: "events.k8s.io/v1beta1", removedIn: "1.25", instead: "events.k8s.io/v1" },
  { apiVersion: "policy/v1beta1", kinds: ["PodDisruptionBudget"], removedIn: "1.25", instead: "policy/v1" },
  {
    apiVersion: "policy/v1beta1",
    kinds: ["PodSecurityPolicy"],
    removedIn: "1.25",
    instead: "Pod Security Admission",
  },
  { apiVersion: "node.k8s.io/v1beta1", removedIn: "1.25", instead: "node.k8s.io/v1" },
  { apiVersion: "autoscaling/v2beta1", removedIn: "1.25", instead: "autoscaling/v2" },
  { apiVersion: "autoscaling/v2beta2", removedIn: "1.26", instead: "autoscaling/v2" },
  {
    apiVersion: "flowcontrol.apiserver.k8s.io/v1beta1",
    removedIn: "1.26",
    instead: "flowcontrol.apiserver.k8s.io/v1",
  },
  {
    apiVersion: "flowcontrol.apiserver.k8s.io/v1beta2",
    removedIn: "1.29",
    instead: "flowcontrol.apiserver.k8s.io/v1",
  },
  {
    apiVersion: "flowcontrol.apiserver.k8s.io/v1beta3",
    removedIn: "1.32",
    instead: "flowcontrol.apiserver.k8s.io/v1",
  },
];

/** What became of a kind in an API version; undefined when it was not removed by the newest version known here. */
export function removedApi(apiVersion: string, kind: string): RemovedApi | undefined {
  return REMOVED.find(
    (each) => each.apiVersion === apiVersion && (each.kinds === undefined || each.kinds.includes(kind)),
  );
}

/** Whether Kubernetes itself owns the group of an API version, so that its list of kinds is complete. */
export function isBuiltIn(apiVersion: string): boolean {
  const [group = "", version] = apiVersion.split("/");
  if (version === undefined) return group === "v1";
  return group === "extensions" || schemaVersions().some((each) => servedGroups(each).has(group));
}
