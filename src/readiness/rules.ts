import type { KubernetesObject } from "../kubernetes/objects.ts";
import { conditionOf, type Finding, type LiveObject, nameOf } from "./model.ts";

/** Why an object is not ready: a finding whose object is known. */
export type Lack = Omit<Finding, "key">;

interface Counts {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  availableReplicas?: number;
  readyReplicas?: number;
  currentRevision?: string;
  updateRevision?: string;
  desiredNumberScheduled?: number;
  currentNumberScheduled?: number;
  updatedNumberScheduled?: number;
  numberAvailable?: number;
  numberReady?: number;
  succeeded?: number;
}

interface UpdateStrategy {
  type?: string;
  rollingUpdate?: { partition?: number };
}

/**
 * Why an object is not ready yet; undefined when it is. The rules are those of kstatus, with which Helm 4 and Flux
 * wait, except that a Job has to succeed, a load balancer has to have its address, and pods of a set that is updated
 * by hand (`OnDelete`) have to be ready.
 */
export function lackOf(object: LiveObject): Lack | undefined {
  if (object.metadata.deletionTimestamp) return { reason: "is being deleted" };
  const observed = (object.status as Counts | undefined)?.observedGeneration;
  const counted =
    object.kind === "Deployment" || object.kind === "StatefulSet" || object.kind === "DaemonSet";
  if (counted && (observed ?? 0) < (object.metadata.generation ?? 0)) {
    return { reason: "not seen by its controller yet" };
  }
  return RULES[object.kind]?.(object);
}

const RULES: Readonly<Record<string, (object: LiveObject) => Lack | undefined>> = {
  Deployment: deploymentLack,
  StatefulSet: statefulSetLack,
  DaemonSet: daemonSetLack,
  Job: jobLack,
  PersistentVolumeClaim: claimLack,
  Service: serviceLack,
  CustomResourceDefinition: definitionLack,
  Pod: podLack,
};

function deploymentLack(object: KubernetesObject): Lack | undefined {
  const { status, spec } = countsOf(object);
  const desired = spec.replicas ?? 1;
  const old = (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  const lack =
    short("updated", status.updatedReplicas, desired) ??
    (old > 0 ? { reason: `${old} old ${old === 1 ? "pod" : "pods"} still there` } : undefined) ??
    short("available", status.availableReplicas, desired) ??
    short("ready", status.readyReplicas, desired);
  if (!lack) return undefined;
  if (spec.paused) {
    const repair = `resume it with \`kubectl rollout resume ${nameOf(object)}\``;
    return { reason: `${lack.reason}; it is paused`, repair, lasting: "certain" };
  }
  const progress = conditionOf(object, "Progressing");
  if (progress?.reason !== "ProgressDeadlineExceeded") return lack;
  return { reason: `${lack.reason}; ${progress.message ?? progress.reason}`, lasting: "deadline" };
}

function statefulSetLack(object: KubernetesObject): Lack | undefined {
  const { status, spec } = countsOf(object);
  const desired = spec.replicas ?? 1;
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  const settled = status.updateRevision !== undefined && status.currentRevision === status.updateRevision;
  const toUpdate =
    type === "OnDelete" || settled ? 0 : Math.max(0, desired - (rollingUpdate?.partition ?? 0));
  return short("updated", status.updatedReplicas, toUpdate) ?? short("ready", status.readyReplicas, desired);
}

function daemonSetLack(object: KubernetesObject): Lack | undefined {
  const { status, spec } = countsOf(object);
  const desired = status.desiredNumberScheduled ?? 0;
  return (
    short("placed", status.currentNumberScheduled, desired) ??
    (spec.updateStrategy?.type === "OnDelete"
      ? undefined
      : short("updated", status.updatedNumberScheduled, desired)) ??
    short("available", status.numberAvailable, desired) ??
    short("ready", status.numberReady, desired)
  );
}

function jobLack(object: KubernetesObject): Lack | undefined {
  if (conditionOf(object, "Complete")?.status === "True") return undefined;
  const failed = conditionOf(object, "Failed");
  if (failed?.status === "True") {
    const repair = `look into its pods' logs, then delete ${nameOf(object)}: a failed Job is not run again`;
    const words = [failed.reason, failed.message].filter(Boolean).join(": ");
    return { reason: `failed: ${words}`, repair, lasting: "certain" };
  }
  const { status, spec } = countsOf(object);
  return short("succeeded", status.succeeded, spec.completions ?? 1);
}

function claimLack(object: KubernetesObject): Lack | undefined {
  const { phase } = (object.status ?? {}) as { phase?: string };
  if (phase === "Bound") return undefined;
  if (phase === "Lost") {
    return { reason: "has lost its volume", repair: "restore the volume it names", lasting: "certain" };
  }
  return { reason: `is ${phase ?? "new"}: it has no volume yet` };
}

function serviceLack(object: KubernetesObject): Lack | undefined {
  const { loadBalancer } = (object.status ?? {}) as { loadBalancer?: { ingress?: unknown[] } };
  if (loadBalancer?.ingress?.length) return undefined;
  const repair =
    "see to it that something in this cluster gives addresses to load balancers, or set the type of the service to NodePort or ClusterIP";
  return { reason: "no address from a load balancer yet", repair };
}

function definitionLack(object: KubernetesObject): Lack | undefined {
  const names = conditionOf(object, "NamesAccepted");
  if (names?.status === "False") {
    return { reason: `its names are refused: ${names.message ?? names.reason}`, lasting: "certain" };
  }
  if (conditionOf(object, "Established")?.status === "True") return undefined;
  return { reason: "not established yet" };
}

function podLack(object: KubernetesObject): Lack | undefined {
  const { phase, message, reason } = (object.status ?? {}) as Record<string, string | undefined>;
  if (phase === "Succeeded" || conditionOf(object, "Ready")?.status === "True") return undefined;
  if (phase !== "Failed") return { reason: "not ready" };
  const words = [reason, message].filter(Boolean).join(": ") || "its containers ended with an error";
  return { reason: `failed: ${words}`, lasting: "certain" };
}

function countsOf(object: KubernetesObject) {
  const spec = (object.spec ?? {}) as {
    replicas?: number;
    completions?: number;
    paused?: boolean;
    updateStrategy?: UpdateStrategy;
  };
  return { status: (object.status ?? {}) as Counts, spec };
}

function short(word: string, have: number | undefined, want: number): Lack | undefined {
  return (have ?? 0) < want ? { reason: `${have ?? 0} of ${want} ${word}` } : undefined;
}
