/** What the pods of a node mean for its GPUs. */
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import { OPERATOR_NAMESPACE, PARTS } from "./objects.ts";

interface Container {
  name: string;
  command?: readonly string[];
  args?: readonly string[];
  env?: readonly { name: string; value?: string }[];
  resources?: { limits?: Readonly<Record<string, string>> };
  securityContext?: { privileged?: boolean };
}

interface Spec {
  nodeName?: string;
  containers: readonly Container[];
}

export function nodeOf(pod: KubernetesObject): string | undefined {
  return (pod.spec as Spec).nodeName;
}

export function phaseOf(pod: KubernetesObject): string | undefined {
  return (pod.status as { phase?: string } | undefined)?.phase;
}

/** Whether its processes are about to end, or have ended. */
export function hasEnded(pod: KubernetesObject): boolean {
  return pod.metadata.deletionTimestamp !== undefined || /^(Succeeded|Failed)$/.test(phaseOf(pod) ?? "");
}

/** Whether the GPUs of its node are in use as long as it runs. */
export function holdsGpus(pod: KubernetesObject): boolean {
  const part = partOf(pod);
  if (part) return "holds" in part;
  return (pod.spec as Spec).containers.some(({ resources }) =>
    Object.keys(resources?.limits ?? {}).some((name) => name.startsWith("nvidia.com/")),
  );
}

/** The container of an operator's pod in which nvidia-smi can be run. */
export function execContainer(pod: KubernetesObject): string | undefined {
  const part = partOf(pod);
  return part && "exec" in part ? part.container : undefined;
}

function partOf({ metadata }: KubernetesObject) {
  if (metadata.namespace !== OPERATOR_NAMESPACE) return undefined;
  return Object.values(PARTS).find(({ app }) => app === metadata.labels?.app);
}

/**
 * The boot at which a pod reboots its node, if that is what it does: only a privileged container can.
 */
export function rebootsAt(pod: KubernetesObject): string | undefined {
  const container = (pod.spec as Spec).containers.find(({ command = [], args = [] }) =>
    [...command, ...args].some((word) => word.includes("systemctl reboot")),
  );
  if (!container?.securityContext?.privileged) return undefined;
  return container.env?.find(({ name }) => name === "BOOT_ID")?.value;
}
