import type { ContainerStatus } from "../../kubernetes/pod-status.ts";
import type { LiveObject } from "../../readiness/model.ts";

export interface Container {
  name: string;
  image: string;
  env?: readonly { name: string; value?: string }[];
  ports?: readonly { name?: string; containerPort: number; protocol?: string }[];
}

/** A container of a pod with what the cluster reports of it. */
export interface PodContainer {
  pod: LiveObject;
  container: Container;
  status?: ContainerStatus;
}

/** The containers of pods, without those that only prepare them. */
export function containersOf(pods: readonly LiveObject[]): PodContainer[] {
  return pods.flatMap((pod) => inPod(pod, "containers", "containerStatuses"));
}

/** The same with those that prepare them. */
export function allContainersOf(pods: readonly LiveObject[]): PodContainer[] {
  return pods.flatMap((pod) => [
    ...inPod(pod, "initContainers", "initContainerStatuses"),
    ...inPod(pod, "containers", "containerStatuses"),
  ]);
}

function inPod(pod: LiveObject, field: string, statusField: string): PodContainer[] {
  const spec = (pod.spec ?? {}) as Record<string, Container[] | undefined>;
  const statuses = ((pod.status ?? {}) as Record<string, ContainerStatus[] | undefined>)[statusField] ?? [];
  return (spec[field] ?? []).map((container) => {
    const status = statuses.find(({ name }) => name === container.name);
    return { pod, container, ...(status ? { status } : {}) };
  });
}

/** Names that only what talks to the ClearML API is given. */
const API_VARIABLES = new Set(["CLEARML_API_HOST", "CLEARML_API_ACCESS_KEY", "ROUTER_NAME"]);

/** The containers that talk to the ClearML API: the routers, not the proxies beside them. */
export function routersOf(pods: readonly LiveObject[]): PodContainer[] {
  const all = containersOf(pods);
  const told = all.filter(({ container }) => container.env?.some(({ name }) => API_VARIABLES.has(name)));
  if (told.length > 0) return told;
  const named = all.filter(({ container }) => /router/.test(container.name));
  return named.length > 0 ? named : all.filter(({ container }) => !/proxy/.test(container.name));
}

/** `container router of pod acme/gateway-router-5d…`. */
export function placeOf({ pod, container }: PodContainer): string {
  return `container ${container.name} of pod ${pod.metadata.namespace}/${pod.metadata.name}`;
}
