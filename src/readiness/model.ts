import type { KubernetesObject } from "../kubernetes/objects.ts";

/** A release whose objects are waited for. */
export interface Awaited {
  release: string;
  namespace: string;
  /** The objects of its manifest. */
  objects: readonly KubernetesObject[];
}

/** An object as the cluster has it, with what links objects to each other. */
export interface LiveObject extends KubernetesObject {
  metadata: KubernetesObject["metadata"] & {
    uid?: string;
    deletionTimestamp?: string;
    ownerReferences?: readonly { kind: string; name: string; uid: string }[];
  };
}

/**
 * States that do not pass by themselves, by how sure that is. Each counts as hopeless once it has lasted for its grace
 * (`Graces`): a registry may hiccup, a Secret may come a moment after the pod that needs it.
 */
export type Lasting =
  | "certain"
  | "missing"
  | "image"
  | "unschedulable"
  | "refused"
  | "quota"
  | "crash"
  | "deadline";

/** One reason why an object is not ready. */
export interface Finding {
  /** Equal as long as the state lasts; texts change with every restart. */
  key: string;
  /** The fact, in the cluster's own words. */
  reason: string;
  repair?: string;
  lasting?: Lasting;
  /** The container whose last words tell more. */
  crashed?: Crashed;
}

export interface Crashed {
  namespace: string;
  pod: string;
  container: string;
  restarts: number;
  /** Its log is that of the container before the one there now. */
  previous: boolean;
}

/** What an object still lacks: the reasons that tell most come first. */
export interface Diagnosis {
  /** `deployment/clearml-apiserver`. */
  object: string;
  namespace: string;
  findings: readonly Finding[];
}

/** An object that is not ready, as the error names it. */
export interface NotReady {
  /** `deployment/clearml-apiserver`. */
  object: string;
  reason: string;
  repair?: string;
  /** Waiting longer would not help. */
  hopeless?: true;
  /** The last lines of a crashed container; they may hold secrets. */
  lastLines?: readonly string[];
}

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

/** A condition of an object's status by its type. */
export function conditionOf(object: KubernetesObject, type: string): Condition | undefined {
  const status = object.status as { conditions?: Condition[] } | undefined;
  return status?.conditions?.find((each) => each.type === type);
}

/** `deployment/clearml-apiserver`, as kubectl names it. */
export function nameOf(object: Pick<KubernetesObject, "kind" | "metadata">): string {
  return `${object.kind.toLowerCase()}/${object.metadata.name}`;
}
