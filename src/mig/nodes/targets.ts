import type { Kubernetes } from "../../kubernetes/api.ts";
import type { ContainerName } from "../../kubernetes/exec.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { PodStatus } from "../../kubernetes/pod-status.ts";
import { NoAnswerError } from "../no-answer.ts";

/** A kind of pod that has nvidia-smi. Names and labels are those of NVIDIA's GPU operator. */
interface Kind {
  what: "driver" | "validator" | "device plugin";
  isIt(labels: Readonly<Record<string, string>>): boolean;
  container: string;
  /** The operator's client behind it, which must not be paused while it is used. */
  client?: string;
}

const COMPONENT = "app.kubernetes.io/component";
const APPS = ["nvidia-driver-daemonset", "nvidia-operator-validator", "nvidia-device-plugin-daemonset"];

const DRIVER: Kind = {
  what: "driver",
  isIt: (labels) =>
    labels[COMPONENT] === "nvidia-driver" || (labels.app ?? "").startsWith("nvidia-driver-daemonset"),
  container: "nvidia-driver-ctr",
};
const VALIDATOR: Kind = {
  what: "validator",
  isIt: ({ app }) => app === "nvidia-operator-validator",
  container: "nvidia-operator-validator",
};
const DEVICE_PLUGIN: Kind = {
  what: "device plugin",
  isIt: ({ app }) => app === "nvidia-device-plugin-daemonset",
  container: "nvidia-device-plugin",
  client: "device-plugin",
};

/** A container to run nvidia-smi in, and the client of the GPU that it is itself. */
export interface FoundTarget extends ContainerName {
  client?: string;
}

/**
 * Where nvidia-smi can be run on each node, in two lists of pods.
 * @param drain whether clients of the GPU will be paused: the device plugin is one of them, so others go before it
 * @param node only of this node
 */
export async function findTargets(
  kubernetes: Pick<Kubernetes, "list">,
  { drain, node }: { drain: boolean; node?: string },
): Promise<ReadonlyMap<string, FoundTarget | NoAnswerError>> {
  const field = node === undefined ? "" : `&fieldSelector=${encodeURIComponent(`spec.nodeName=${node}`)}`;
  const selectors = [`app in (${APPS.join(",")})`, `${COMPONENT}=nvidia-driver`];
  const lists = await Promise.all(
    selectors.map((selector) =>
      kubernetes.list("/api/v1/pods", `labelSelector=${encodeURIComponent(selector)}${field}`),
    ),
  );
  const byNode = Map.groupBy(lists.flat(), nodeOf);
  return new Map([...byNode].map(([name, pods]) => [name, chooseTarget(name, pods, drain)]));
}

/** The best container among a node's pods; why there is none otherwise. */
export function chooseTarget(
  node: string,
  pods: readonly KubernetesObject[],
  drain: boolean,
): FoundTarget | NoAnswerError {
  const kinds = drain ? [DRIVER, VALIDATOR, DEVICE_PLUGIN] : [DRIVER, DEVICE_PLUGIN, VALIDATOR];
  const seen: string[] = [];
  for (const { isIt, container, client, what } of kinds) {
    for (const pod of pods.filter(({ metadata }) => isIt(metadata.labels ?? {}))) {
      const lack = lackOf(pod, container);
      const { name, namespace = "" } = pod.metadata;
      if (lack === undefined) return { namespace, pod: name, container, ...(client ? { client } : {}) };
      seen.push(`${what} pod ${namespace}/${name} ${lack}`);
    }
  }
  return noTarget(node, seen);
}

/** The error for a node on which nvidia-smi cannot be run. */
export function noTarget(node: string, seen: readonly string[] = []): NoAnswerError {
  const found = seen.length > 0 ? seen.join("; ") : "the GPU operator has no pod there";
  return new NoAnswerError({
    message: `nvidia-smi cannot be run on ${node}: ${found}`,
    hint: "see to it that the driver or the device plugin of the GPU operator is ready on the node (`kubectl get pods -A -o wide --field-selector spec.nodeName=…`), then run this again",
  });
}

/** What keeps a pod from being of use; undefined when nothing does. */
function lackOf({ metadata, spec, status }: KubernetesObject, container: string): string | undefined {
  if (metadata.deletionTimestamp) return "is ending";
  const { containers = [] } = (spec ?? {}) as { containers?: { name: string }[] };
  if (!containers.some(({ name }) => name === container)) return `has no container ${container}`;
  const { phase, containerStatuses = [] } = (status ?? {}) as PodStatus;
  const own = containerStatuses.find(({ name }) => name === container)?.state;
  if (phase === "Running" && own?.running) return undefined;
  return `is ${own?.waiting?.reason ?? phase ?? "not running"}`;
}

function nodeOf({ spec }: KubernetesObject): string {
  return ((spec ?? {}) as { nodeName?: string }).nodeName ?? "";
}
