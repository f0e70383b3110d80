import type { KubernetesObject } from "./objects.ts";

/** Kinds that become ready over time; everything else counts as ready once it is written. */
export const WORKLOAD_KINDS = ["Deployment", "StatefulSet", "DaemonSet", "Job"] as const;

/** What a workload or a pod still lacks. */
export interface NotReady {
  object: string;
  reason: string;
}

interface Counts {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  availableReplicas?: number;
  readyReplicas?: number;
  desiredNumberScheduled?: number;
  updatedNumberScheduled?: number;
  numberAvailable?: number;
  succeeded?: number;
  failed?: number;
  conditions?: { type: string; status: string; message?: string; reason?: string }[];
}

/**
 * Why a workload is not ready yet; undefined when it is. The rules are those of `kubectl rollout status`, and for a
 * Job of `kubectl wait --for=condition=complete`.
 */
export function workloadNotReady(object: KubernetesObject): string | undefined {
  const status = (object.status ?? {}) as Counts;
  const spec = (object.spec ?? {}) as { replicas?: number; completions?: number };
  if ((status.observedGeneration ?? 0) < (object.metadata.generation ?? 0) && object.kind !== "Job") {
    return "not seen by its controller yet";
  }
  const desired = spec.replicas ?? 1;
  switch (object.kind) {
    case "Deployment":
      return (
        short("updated", status.updatedReplicas, desired) ??
        ((status.replicas ?? 0) > (status.updatedReplicas ?? 0)
          ? `${(status.replicas ?? 0) - (status.updatedReplicas ?? 0)} old pods still there`
          : short("available", status.availableReplicas, desired))
      );
    case "StatefulSet":
      return (
        short("updated", status.updatedReplicas, desired) ?? short("ready", status.readyReplicas, desired)
      );
    case "DaemonSet":
      return (
        short("updated", status.updatedNumberScheduled, status.desiredNumberScheduled ?? 0) ??
        short("available", status.numberAvailable, status.desiredNumberScheduled ?? 0)
      );
    case "Job":
      return short("succeeded", status.succeeded, spec.completions ?? 1);
    default:
      return undefined;
  }
}

function short(word: string, have: number | undefined, want: number): string | undefined {
  return (have ?? 0) < want ? `${have ?? 0} of ${want} ${word}` : undefined;
}

interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  state?: { waiting?: { reason?: string; message?: string } };
  lastState?: { terminated?: { exitCode: number; reason?: string } };
}

/** Why a pod is not ready, in the cluster's own words; undefined when it is, or has finished. */
export function podNotReady(pod: KubernetesObject): string | undefined {
  const status = (pod.status ?? {}) as {
    phase?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
  if (status.phase === "Succeeded") return undefined;
  const condition = (type: string) => status.conditions?.find((each) => each.type === type);
  if (condition("Ready")?.status === "True") return undefined;
  const scheduled = condition("PodScheduled");
  if (scheduled?.status === "False") return scheduled.message ?? scheduled.reason ?? "not scheduled";
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const waiting = containers.find((each) => each.state?.waiting?.reason);
  if (waiting) return waitingReason(waiting);
  const starting = containers.find((each) => !each.ready);
  if (starting) return `container ${starting.name} is not ready`;
  return status.phase ? `phase ${status.phase}` : "starting";
}

function waitingReason(container: ContainerStatus): string {
  const waiting = container.state?.waiting;
  const ended = container.lastState?.terminated;
  const exit = ended ? ` (last exit code ${ended.exitCode}${ended.reason ? `, ${ended.reason}` : ""})` : "";
  const message = waiting?.message ? `: ${waiting.message}` : "";
  return `container ${container.name}: ${waiting?.reason}${exit}${message}`;
}
