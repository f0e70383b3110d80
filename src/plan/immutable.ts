import { isDeepStrictEqual } from "node:util";
import { quantityOf } from "../kubernetes/quantities.ts";
import { isMap } from "../overrides/merge.ts";
import { ownEntry, type Values, valueAt } from "../overrides/values.ts";
import { groupOf, listAt, type ManifestObject, mapAt } from "./manifest.ts";

/** A field that Kubernetes does not let anybody change, and what it takes where the manifest is silent. */
type Frozen = readonly [path: string, byDefault?: unknown];

const SELECTOR: readonly Frozen[] = [["spec.selector"]];
const ROLE: readonly Frozen[] = [["roleRef"]];

/** By group and kind, as the validation of the API server has it. */
const FROZEN: Readonly<Record<string, readonly Frozen[]>> = {
  "apps/Deployment": SELECTOR,
  "apps/DaemonSet": SELECTOR,
  "apps/ReplicaSet": SELECTOR,
  "batch/Job": [
    ["spec.template"],
    ["spec.selector"],
    ["spec.completions"],
    ["spec.completionMode", "NonIndexed"],
    ["spec.podFailurePolicy"],
    ["spec.backoffLimitPerIndex"],
  ],
  "rbac.authorization.k8s.io/RoleBinding": ROLE,
  "rbac.authorization.k8s.io/ClusterRoleBinding": ROLE,
  "storage.k8s.io/StorageClass": [
    ["provisioner"],
    ["parameters"],
    ["reclaimPolicy", "Delete"],
    ["volumeBindingMode", "Immediate"],
  ],
  "storage.k8s.io/CSIDriver": [
    ["spec.attachRequired", true],
    ["spec.volumeLifecycleModes", ["Persistent"]],
  ],
  "scheduling.k8s.io/PriorityClass": [["value"], ["preemptionPolicy", "PreemptLowerPriority"]],
  "node.k8s.io/RuntimeClass": [["handler"]],
  "networking.k8s.io/IngressClass": [["spec.controller"]],
  "apiextensions.k8s.io/CustomResourceDefinition": [["spec.scope"], ["spec.group"], ["spec.names.kind"]],
  "/Secret": [["type", "Opaque"]],
};

/** Fields of a StatefulSet that may change; Kubernetes refuses all others. */
const STATEFUL_SET_FREE = new Set([
  ...["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit"],
  ...["persistentVolumeClaimRetentionPolicy", "minReadySeconds"],
]);

/** The fields that change and cannot be changed in place. */
export function changedImmutables(before: ManifestObject, after: ManifestObject): string[] {
  const kind = `${groupOf(after.apiVersion)}/${after.kind}`;
  const [a, b] = [before.object, after.object];
  const frozen = (ownEntry(FROZEN, kind) ?? [])
    .filter(([path, byDefault]) => differs(a, b, path, byDefault))
    .map(([path]) => path);
  return [...frozen, ...(ownEntry(SPECIAL, kind)?.(a, b) ?? [])];
}

const SPECIAL: Readonly<Record<string, (before: Values, after: Values) => string[]>> = {
  "apps/StatefulSet": changedStatefulSet,
  "/PersistentVolumeClaim": changedClaim,
  "/Service": changedService,
  "/Secret": changedData,
  "/ConfigMap": changedData,
  "/Pod": changedPod,
};

function differs(before: Values, after: Values, path: string, byDefault?: unknown): boolean {
  const [a, b] = [before, after].map((object) => valueAt(object, path.split(".")) ?? byDefault);
  return !isDeepStrictEqual(a, b);
}

function changedStatefulSet(before: Values, after: Values): string[] {
  const spec = (object: Values): Values => ({
    podManagementPolicy: "OrderedReady",
    ...mapAt(object, ["spec"]),
    volumeClaimTemplates: listAt(object, ["spec", "volumeClaimTemplates"]).map(claimTemplate),
  });
  return differingKeys(spec(before), spec(after))
    .filter((key) => !STATEFUL_SET_FREE.has(key))
    .map((key) => `spec.${key}`);
}

function differingKeys(a: Values, b: Values): string[] {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.filter((key) => !isDeepStrictEqual(a[key], b[key]));
}

/** Its version and kind are filled in by Kubernetes. */
function claimTemplate(template: unknown): unknown {
  const { apiVersion: _, kind: __, ...rest } = isMap(template) ? template : {};
  return { ...rest, spec: { volumeMode: "Filesystem", ...mapAt(rest, ["spec"]) } };
}

function changedClaim(before: Values, after: Values): string[] {
  const spec = (object: Values): Values => ({ volumeMode: "Filesystem", ...mapAt(object, ["spec"]) });
  const [a, b] = [spec(before), spec(after)];
  const changed = differingKeys(a, b)
    .filter((key) => !["resources", "volumeAttributesClassName"].includes(key))
    // The class that the cluster gave may well be the one that is named now.
    .filter((key) => key !== "storageClassName" || a[key] !== undefined);
  return [
    ...changed.map((key) => `spec.${key}`),
    ...(isSmaller(before, after) ? ["spec.resources.requests.storage"] : []),
  ];
}

/** Whether a claim asks for less than before. */
export function isSmaller(before: unknown, after: unknown): boolean {
  const [a, b] = [before, after].map((claim) =>
    quantityOf(valueAt(claim, ["spec", "resources", "requests", "storage"])),
  );
  return a !== undefined && b !== undefined && b < a;
}

function changedService(before: Values, after: Values): string[] {
  const [a, b] = [mapAt(before, ["spec"]), mapAt(after, ["spec"])];
  const isBalancer = a.type === "LoadBalancer" && b.type === "LoadBalancer";
  // Left out, the address stays; a Service without one (ExternalName) may be given any.
  const named = b.clusterIP !== undefined && b.clusterIP !== "" && b.clusterIP !== a.clusterIP;
  const external = a.type === "ExternalName" || b.type === "ExternalName";
  return [
    ...(named && !external ? ["spec.clusterIP"] : []),
    ...(isBalancer && a.loadBalancerClass !== b.loadBalancerClass ? ["spec.loadBalancerClass"] : []),
  ];
}

/** With `immutable: true` nothing of it changes any more. */
function changedData(before: Values, after: Values): string[] {
  if (before.immutable !== true) return [];
  return ["data", "binaryData", "immutable"].filter((key) => !isDeepStrictEqual(before[key], after[key]));
}

function changedPod(before: Values, after: Values): string[] {
  const [a, b] = [before, after].map((object) => {
    const { tolerations: _, activeDeadlineSeconds: __, ...spec } = mapAt(object, ["spec"]);
    const imageless = (key: string) =>
      listAt(spec, [key]).map((container) => ({ ...(isMap(container) ? container : {}), image: "" }));
    return { ...spec, containers: imageless("containers"), initContainers: imageless("initContainers") };
  });
  return isDeepStrictEqual(a, b) ? [] : ["spec"];
}
