import { MANAGED_BY } from "../../kubernetes/namespaces.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { PodStatus } from "../../kubernetes/pod-status.ts";

/** What a pod that reboots its node is made of. */
export interface RebootPod {
  namespace: string;
  /** Has `sh`, `cat` and `chroot`. */
  image: string;
  node: string;
  /** The boot that is to end (`status.nodeInfo.bootID`). */
  boot: string;
  /** How long it may take: what is left behind must not reboot the node much later. */
  timeoutMs: number;
}

const BOOT_VARIABLE = "BOOT_ID";

/**
 * Only while it is still the boot that was meant: a container that is started once more, after the reboot, does nothing.
 */
const SCRIPT =
  'if [ "$(cat /proc/sys/kernel/random/boot_id)" = "$BOOT_ID" ]; then chroot /host systemctl reboot; fi';

const CONTAINER = "reboot";

/** Name of the pod that reboots a node: the same in every run, so that one that was left behind is found. */
export function rebootPodName(node: string): string {
  return `clearml-actions-reboot-${node}`;
}

/** A pod that asks its node's own systemd for a reboot. It needs no scheduler: the node is cordoned. */
export function rebootPod({ namespace, image, node, boot, timeoutMs }: RebootPod): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: rebootPodName(node), namespace, labels: { ...MANAGED_BY } },
    spec: {
      nodeName: node,
      restartPolicy: "Never",
      activeDeadlineSeconds: Math.max(1, Math.ceil(timeoutMs / 1000)),
      tolerations: [{ operator: "Exists" }],
      hostPID: true,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: CONTAINER,
          image,
          imagePullPolicy: "IfNotPresent",
          command: ["sh", "-c", SCRIPT],
          env: [{ name: BOOT_VARIABLE, value: boot }],
          securityContext: { privileged: true },
          // Without it a refusal of systemctl would be in the log alone.
          terminationMessagePolicy: "FallbackToLogsOnError",
          volumeMounts: [{ name: "host", mountPath: "/host" }],
        },
      ],
      volumes: [{ name: "host", hostPath: { path: "/" } }],
    },
  };
}

/** The boot that a pod made here is to end. */
export function bootMeantBy({ spec }: KubernetesObject): string | undefined {
  const { containers } = spec as { containers: { env?: { name: string; value?: string }[] }[] };
  return containers[0]?.env?.find(({ name }) => name === BOOT_VARIABLE)?.value;
}

/** How far such a pod has come. `stuck` may still get better, `failed` does not. */
export type RebootPodState =
  | { state: "waiting" }
  | { state: "begun" }
  | { state: "stuck" | "failed"; words: string; hint: string };

const STARTING = /^(ContainerCreating|PodInitializing)$/;
const PULL_TROUBLE = /^(ErrImagePull|ImagePullBackOff|RegistryUnavailable)$/;
/** The kubelet's words for a node that is going down. */
const SHUTDOWN = /^(Terminated|NodeShutdown|Shutdown)$/;
/** From here on the number of a signal: the shutdown ended it. */
const FIRST_SIGNAL_CODE = 128;

const IMAGE_HINT =
  "name an image that the node can get and that has `sh`, `cat` and `chroot` with input `reboot-image`";
const NODE_HINT =
  "the node needs systemd, and its own `systemctl reboot` has to work; reboot it by hand, then run this again";

/** What the kubelet says of the pod. */
export function judgeRebootPod(pod: KubernetesObject): RebootPodState {
  const { phase, reason = "", message, containerStatuses = [] } = (pod.status ?? {}) as PodStatus;
  const { waiting, running, terminated } = containerStatuses[0]?.state ?? {};
  if (terminated && terminated.exitCode > 0 && terminated.exitCode < FIRST_SIGNAL_CODE) {
    const said = terminated.message?.trim() || terminated.reason || "it said nothing";
    return { state: "failed", words: `exit code ${terminated.exitCode}: ${said}`, hint: NODE_HINT };
  }
  if (running || terminated || phase === "Succeeded") return { state: "begun" };
  if (phase === "Failed") {
    if (SHUTDOWN.test(reason)) return { state: "begun" };
    const words = [reason, message].filter(Boolean).join(": ") || "the kubelet does not say why";
    return { state: "failed", words, hint: "see to what the kubelet says, then run this again" };
  }
  if (!waiting?.reason || STARTING.test(waiting.reason)) return { state: "waiting" };
  const words = [waiting.reason, waiting.message].filter(Boolean).join(": ");
  return { state: PULL_TROUBLE.test(waiting.reason) ? "stuck" : "failed", words, hint: IMAGE_HINT };
}
