import type { ContainerState, ContainerStatus, PodStatus } from "../kubernetes/pod-status.ts";
import { newest } from "./events.ts";
import { imageFinding } from "./images.ts";
import { type Crashed, conditionOf, type Finding, type LiveObject } from "./model.ts";
import { schedulingFinding } from "./scheduling.ts";
import type { Surroundings } from "./surroundings.ts";

/** A finding about a pod's container or the pod as a whole, without its key. */
type About = Omit<Finding, "key">;

/** Restarts from which a crash is a loop. */
const CRASH_LOOP = 3;

/** Why a pod is not ready, in the cluster's own words; empty when it is, or has finished. */
export function podFindings(pod: LiveObject, around: Pick<Surroundings, "events" | "nodes">): Finding[] {
  const status = (pod.status ?? {}) as PodStatus;
  if (status.phase === "Succeeded" || conditionOf(pod, "Ready")?.status === "True") return [];
  const keyed = (slug: string, { reason, ...more }: About): Finding => ({
    key: `${pod.metadata.uid ?? pod.metadata.name}/${slug}`,
    reason: `pod ${pod.metadata.name}: ${reason}`,
    ...more,
  });
  if (pod.metadata.deletionTimestamp) return [keyed("deleted", { reason: "is being deleted" })];
  const scheduled = conditionOf(pod, "PodScheduled");
  if (scheduled?.status === "False") {
    const words = scheduled.message ?? scheduled.reason ?? "not scheduled";
    return [keyed("unscheduled", schedulingFinding(pod, words, around.nodes, around.events))];
  }
  if (status.phase === "Failed") return [keyed("failed", failedFinding(pod, status))];
  const { init, own } = unreadyContainers(pod, status);
  // Containers wait for the init containers: those alone tell why.
  const stuck = init.length > 0 ? init : own;
  const findings = stuck.flatMap((container) => {
    const finding = containerFinding(pod, container, around, init.length > 0);
    return finding ? [keyed(`${container.name}/${finding.slug}`, finding.about)] : [];
  });
  if (findings.length > 0) return findings;
  return [keyed("starting", { reason: mountWords(pod, around)?.reason ?? `is ${status.phase ?? "new"}` })];
}

/** Containers that hold a pod up. An init container that is to run on beside the others is one of those. */
function unreadyContainers(
  { spec }: LiveObject,
  { initContainerStatuses = [], containerStatuses = [] }: PodStatus,
): { init: ContainerStatus[]; own: ContainerStatus[] } {
  const { initContainers = [] } = (spec ?? {}) as {
    initContainers?: { name: string; restartPolicy?: string }[];
  };
  const stays = ({ name }: ContainerStatus) =>
    initContainers.some((each) => each.name === name && each.restartPolicy === "Always");
  return {
    init: initContainerStatuses.filter(
      (each) => !each.ready && !stays(each) && each.state?.terminated?.exitCode !== 0,
    ),
    own: [...initContainerStatuses.filter(stays), ...containerStatuses].filter(({ ready }) => !ready),
  };
}

/** A pod whose containers will not be started again: evicted, or of a Job. */
function failedFinding(pod: LiveObject, status: PodStatus): About {
  const words = [status.reason, status.message].filter(Boolean).join(": ");
  if (words) return { reason: `failed: ${words}` };
  const { initContainerStatuses = [], containerStatuses = [] } = status;
  const ended = [...initContainerStatuses, ...containerStatuses].find(
    ({ state }) => state?.terminated && state.terminated.exitCode !== 0,
  );
  if (!ended) return { reason: "failed: its containers ended with an error" };
  return {
    reason: `failed: container ${ended.name} ended with exit code ${ended.state?.terminated?.exitCode}`,
    crashed: crashOf(pod, ended),
  };
}

function crashOf(pod: LiveObject, { name, restartCount, state }: ContainerStatus): Crashed {
  return {
    namespace: pod.metadata.namespace ?? "default",
    pod: pod.metadata.name,
    container: name,
    restarts: restartCount,
    previous: !state?.terminated,
  };
}

function containerFinding(
  pod: LiveObject,
  container: ContainerStatus,
  around: Pick<Surroundings, "events">,
  isInit: boolean,
): { slug: string; about: About } | undefined {
  const { name, state = {} } = container;
  const crash = crashFinding(pod, container, around);
  if (crash) return { slug: "crash", about: crash };
  const { waiting } = state;
  if (waiting?.reason) {
    const said = pullWords(pod, around);
    const reason = { ...waiting, reason: waiting.reason };
    const image = imageFinding({ name, image: imageOf(pod, container) }, reason, pod, said);
    if (image) return { slug: "image", about: image };
    return { slug: waiting.reason, about: waitingFinding(pod, name, reason, around) };
  }
  if (!state.running) return undefined;
  if (isInit) return { slug: "init", about: { reason: `init container ${name} has not ended yet` } };
  const probe = newest(around.events, pod.metadata.uid, ["Unhealthy"]);
  const words = probe ? `: ${probe.message}` : "";
  const repair = probe && "see whether it answers its probe once it has started, and what its log says";
  return {
    slug: "probe",
    about: { reason: `container ${name} runs but is not ready${words}`, ...(repair ? { repair } : {}) },
  };
}

/** What the kubelet said when it last failed to pull; that it backs off is said under the same reason. */
function pullWords(pod: LiveObject, { events }: Pick<Surroundings, "events">): string | undefined {
  return events.findLast(
    ({ about, message }) => about.uid === pod.metadata.uid && message.startsWith("Failed to pull image"),
  )?.message;
}

/** The image as the pod asks for it: the status shows what the runtime made of it. */
function imageOf(pod: LiveObject, { name, image }: ContainerStatus): string {
  const { containers = [], initContainers = [] } = (pod.spec ?? {}) as Record<
    string,
    { name: string; image: string }[] | undefined
  >;
  return [...containers, ...initContainers].find((each) => each.name === name)?.image ?? image;
}

function crashFinding(
  pod: LiveObject,
  container: ContainerStatus,
  { events }: Pick<Surroundings, "events">,
): About | undefined {
  const { name, restartCount: restarts, state = {}, lastState = {} } = container;
  const ended = state.terminated ?? lastState.terminated;
  const loops = state.waiting?.reason === "CrashLoopBackOff";
  if (!loops && (state.waiting || !ended || ended.exitCode === 0)) return undefined;
  const code = ended ? `exit code ${ended.exitCode}` : "exit code unknown";
  const killed = ended?.reason === "OOMKilled" ? ", out of memory" : "";
  const times = restarts === 1 ? "1 restart" : `${restarts} restarts`;
  const crashed = crashOf(pod, container);
  const command = `kubectl -n ${crashed.namespace} logs ${crashed.pod} -c ${name} --previous`;
  return {
    reason: `container ${name} ${state.running ? "crashed and runs again" : "crashes"} (${code}${killed}, ${times})${lastWords(pod, ended, events)}`,
    repair: killed ? `give container ${name} a higher memory limit` : `read \`${command}\``,
    // While it runs it may still make it.
    ...(restarts >= CRASH_LOOP && !state.running ? { lasting: "crash" as const } : {}),
    crashed,
  };
}

/** What killed a container, or what it wrote into its termination log. */
function lastWords(
  pod: LiveObject,
  ended: ContainerState["terminated"],
  events: Surroundings["events"],
): string {
  const probe = newest(events, pod.metadata.uid, ["Unhealthy"])?.message;
  if (probe && /^(Liveness|Startup) probe failed/.test(probe)) return `: ${probe}`;
  return ended?.message ? `: ${lastLine(ended.message)}` : "";
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

const NOT_STARTABLE = new Set(["CreateContainerConfigError", "CreateContainerError", "RunContainerError"]);

function waitingFinding(
  pod: LiveObject,
  container: string,
  waiting: { reason: string; message?: string },
  around: Pick<Surroundings, "events">,
): About {
  const words = waiting.message ? `: ${waiting.message}` : "";
  if (NOT_STARTABLE.has(waiting.reason)) {
    const configured = waiting.reason === "CreateContainerConfigError";
    return {
      reason: `container ${container} cannot be made (${waiting.reason})${words}`,
      repair: configured ? configRepair(pod, waiting.message ?? "") : "correct its command and its mounts",
      ...(configured ? { lasting: "missing" as const } : {}),
    };
  }
  const mount = mountWords(pod, around);
  if (mount) return mount;
  const starting = waiting.reason === "ContainerCreating" || waiting.reason === "PodInitializing";
  if (starting) return { reason: `container ${container} is being made${words}` };
  return { reason: `container ${container}: ${waiting.reason}${words}` };
}

/** Repair for a Secret, a ConfigMap or a key of them that is not there. */
function configRepair(pod: LiveObject, message: string): string {
  const namespace = pod.metadata.namespace ?? "default";
  const [, kind, name] = /\b(secret|configmap) "([^"]+)" not found/i.exec(message) ?? [];
  if (kind && name)
    return `make the ${kind} \`${name}\` in namespace ${namespace}, or correct its name in the values`;
  const [, key, where] = /couldn't find key (\S+) in (\S+ \S+)/i.exec(message) ?? [];
  if (key && where) return `add the key \`${key}\` to the ${where}, or correct its name in the values`;
  return "correct what the container takes from Secrets and ConfigMaps";
}

/** What holds up a pod before its containers are made: volumes that cannot be mounted, no network. */
function mountWords(pod: LiveObject, { events }: Pick<Surroundings, "events">): About | undefined {
  const event = newest(events, pod.metadata.uid, [
    "FailedMount",
    "FailedAttachVolume",
    "FailedCreatePodSandBox",
    "FailedMapVolume",
  ]);
  if (!event) return undefined;
  const absent = /\b(secret|configmap) "[^"]+" not found/i.test(event.message);
  return {
    reason: event.message,
    ...(absent ? { repair: configRepair(pod, event.message), lasting: "missing" as const } : {}),
  };
}
