import { controllerOf, type Pod, podName } from "./pods.ts";
import type { Waiting } from "./waiting.ts";

/** A pod that ends, or should. */
export function endingPod(pod: Pod, now: number): Waiting {
  const { deletionTimestamp = "", deletionGracePeriodSeconds: grace = 0, finalizers = [] } = pod.metadata;
  const { namespace, name } = pod.metadata;
  const late = now > Date.parse(deletionTimestamp);
  const clock = deletionTimestamp.replace(/^.*T/, "").replace("Z", " UTC");
  if (!late) {
    return {
      pod: podName(pod),
      reason: `is ending, and has until ${clock} (grace period ${grace} s)`,
      repair: `raise \`drain-timeout\` above the grace period of ${grace} s`,
    };
  }
  if (finalizers.length > 0) {
    return {
      pod: podName(pod),
      reason: `is held by ${finalizers.length === 1 ? "the finalizer" : "the finalizers"} ${finalizers.join(", ")}`,
      repair: `whoever put it there takes it off when its work is done: \`kubectl describe pod -n ${namespace} ${name}\``,
    };
  }
  return {
    pod: podName(pod),
    reason: `should have ended at ${clock}, and the kubelet has not said that it has`,
    repair: `see what it hangs on: \`kubectl describe pod -n ${namespace} ${name}\`, and whether the kubelet of its node works`,
  };
}

/** A pod that ended its own way is what the user asked for. */
export function awaitedPod(pod: Pod): Waiting {
  const phase = pod.status?.phase ?? "Pending";
  return {
    pod: podName(pod),
    reason: `has no controller that would start it again elsewhere (a ClearML task?), and is ${phase}: its end is waited for`,
    repair:
      "raise `drain-timeout` and run again when it has ended, or let it be ended: `running-tasks: evict`",
  };
}

/** A pod that was asked to go, and has not begun to. */
export function askedPod(pod: Pod): Waiting {
  return {
    pod: podName(pod),
    reason: "is asked to end",
    repair: `see what it hangs on: \`kubectl describe pod -n ${pod.metadata.namespace} ${pod.metadata.name}\``,
  };
}

/** A pod that may not be moved now. */
export function refusedPod(pod: Pod, words: string): Waiting {
  const { namespace } = pod.metadata;
  return {
    pod: podName(pod),
    reason: `may not be moved: ${words.replace(/\.$/, "")}`,
    repair: /disruption ?budget/i.test(words)
      ? `start more copies of it elsewhere, or relax the budget while this runs: \`kubectl get pdb -n ${namespace}\``
      : "the words of the cluster say who forbids it: repair that, then run again",
  };
}

/** A pod whose controller starts it here again and again. */
export function returningPod(pod: Pod): Waiting {
  const controller = controllerOf(pod);
  const by = controller ? `${controller.kind} ${controller.name}` : "its controller";
  return {
    pod: podName(pod),
    reason: `comes back although the node is cordoned: a toleration, or a node name in its template, puts it here`,
    repair: `scale ${by} down while this runs, or take the toleration of node.kubernetes.io/unschedulable out of its template`,
  };
}
