import { kubectlName, nameOf, type ObjectChange, type ObjectRule } from "./model.ts";

/** What happens when the object is deleted, so that the upgrade can make it anew. */
const ADVICE: Readonly<Record<string, (change: ObjectChange) => string>> = {
  StatefulSet: (change) =>
    `delete it without its pods first: kubectl delete ${kubectlName(change)} --cascade=orphan; pods and volume claims stay, and the upgrade takes them over. Claims that are to grow are enlarged by hand`,
  PersistentVolumeClaim: () =>
    "make another claim, copy the data into it, and name it in the values (`existingPVC`); deleting this one deletes its data",
  Service: (change) =>
    `delete it first, which gives it another address: kubectl delete ${kubectlName(change)}`,
  Job: (change) => `delete it first; the upgrade runs it again: kubectl delete ${kubectlName(change)}`,
  Deployment: withPods,
  DaemonSet: withPods,
  ReplicaSet: withPods,
  RoleBinding: withRights,
  ClusterRoleBinding: withRights,
  CustomResourceDefinition: () =>
    "save its objects first: deleting the definition deletes all of them, in every namespace",
  StorageClass: (change) =>
    `delete it first; claims and volumes that were made with it stay: kubectl delete ${kubectlName(change)}`,
};

function withPods(change: ObjectChange): string {
  return `delete it first, which ends its pods until the upgrade starts new ones: kubectl delete ${kubectlName(change)}`;
}

function withRights(change: ObjectChange): string {
  return `delete it first, which takes the rights away until the upgrade gives the new ones: kubectl delete ${kubectlName(change)}`;
}

/** Fields of a claim that rules of their own tell of. */
const TOLD = new Set(["spec.resources.requests.storage", "spec.storageClassName"]);

export const immutableField: ObjectRule = {
  rule: "immutable-field",
  severity: "stop",
  *check(change) {
    const immutable = change.immutable.filter((path) => !TOLD.has(path));
    if (immutable.length === 0) return;
    const advice = Object.hasOwn(ADVICE, change.kind) ? ADVICE[change.kind]?.(change) : undefined;
    yield {
      message: `${nameOf(change)}: ${immutable.join(", ")} cannot be changed in place, so that Helm will fail`,
      hint: `leave it as it is, or ${advice ?? `delete it first: kubectl delete ${kubectlName(change)}`}`,
    };
  },
};
