import type { KubernetesObject } from "../../kubernetes/objects.ts";

/** A pod as far as moving it away reads it. */
export interface Pod extends KubernetesObject {
  metadata: KubernetesObject["metadata"] & {
    ownerReferences?: readonly Owner[];
    deletionGracePeriodSeconds?: number;
    finalizers?: readonly string[];
  };
  spec?: {
    nodeSelector?: Readonly<Record<string, string>>;
    runtimeClassName?: string;
    containers?: readonly Container[];
    initContainers?: readonly Container[];
  };
  status?: { phase?: string };
}

export interface Owner {
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
}

interface Container {
  resources?: { limits?: Amounts; requests?: Amounts };
  env?: readonly { name: string; value?: string; valueFrom?: object }[];
}

type Amounts = Readonly<Record<string, string | number>>;

/**
 * `daemon`: its DaemonSet would start it again at once, also on a cordoned node. `mirror`: a file on the node is the
 * pod; the API only shows it. `finished`: holds nothing any more. `bare`: nobody starts it again elsewhere, as with the
 * pods that ClearML's agent makes for tasks. `owned`: its controller starts another one.
 */
export type PodKind = "daemon" | "mirror" | "finished" | "bare" | "owned";

export function kindOfPod(pod: Pod): PodKind {
  const { annotations = {}, ownerReferences = [] } = pod.metadata;
  if (annotations["kubernetes.io/config.mirror"] !== undefined) return "mirror";
  if (ownerReferences.some(({ kind }) => kind === "Node")) return "mirror";
  if (/^(Succeeded|Failed)$/.test(pod.status?.phase ?? "")) return "finished";
  const controller = controllerOf(pod);
  if (!controller) return "bare";
  return controller.kind === "DaemonSet" ? "daemon" : "owned";
}

/** Who starts a pod again when it is gone. */
export function controllerOf({ metadata }: Pod): Owner | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** By device plugin, by what CDMO and the fractional GPU injector serve, or past both through NVIDIA's runtime. */
export function usesGpu({ spec = {} }: Pod): boolean {
  if (/^nvidia(-|$)/.test(spec.runtimeClassName ?? "")) return true;
  return [...(spec.initContainers ?? []), ...(spec.containers ?? [])].some(
    (container) => asksForGpu(container) || seesGpu(container),
  );
}

function asksForGpu({ resources = {} }: Container): boolean {
  return Object.entries({ ...resources.requests, ...resources.limits }).some(
    ([name, amount]) => /^(nvidia\.com\/|clear\.ml\/fraction)/.test(name) && Number(amount) !== 0,
  );
}

/** NVIDIA's runtime gives what this variable names; with `void` it gives nothing, with `none` the tools alone. */
function seesGpu({ env = [] }: Container): boolean {
  const named = env.findLast(({ name }) => name === "NVIDIA_VISIBLE_DEVICES");
  if (!named) return false;
  return named.valueFrom !== undefined || !["", "void", "none"].includes(named.value ?? "");
}

/** `ml/task-1`, as messages name it. */
export function podName({ metadata }: Pick<KubernetesObject, "metadata">): string {
  return `${metadata.namespace}/${metadata.name}`;
}
