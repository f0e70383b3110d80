/** Plays what the machines behind fake nodes do: pods hold GPUs, have nvidia-smi, and reboot their node. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { Kubernetes } from "../../../src/kubernetes/api.ts";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import { execObject } from "../../cluster/exec.ts";
import { reboot, setCondition, setHolders } from "../nvidia-smi/state.ts";
import { execContainer, hasEnded, holdsGpus, nodeOf, phaseOf, rebootsAt } from "./pods.ts";

export interface Reboot {
  node: string;
  /** When the node went down and when it was back, as `Date.now()`. */
  down: number;
  up: number;
}

export interface Watcher {
  /** Every reboot so far, oldest first. */
  readonly reboots: readonly Reboot[];
  /** What went wrong while playing; empty when all is fine. */
  readonly faults: readonly string[];
  /** Pods of a node that hold its GPUs. */
  holders(node: string): string[];
  /** What kubectl said each time it stopped watching; it is started again. */
  readonly interruptions: readonly string[];
  /** Pods that have their nvidia-smi, by node. */
  withSmi(node: string): { namespace: string; name: string; container: string }[];
  stop(): void;
}

export interface Machines {
  api: Kubernetes;
  kubectl: string;
  kubeconfig: string;
  /** Folder of a node's GPUs; undefined for a node that is not ours. */
  folderOf(node: string): string | undefined;
  /** How long a reboot takes, and after it the start of the driver: until then its pod runs without a driver. */
  rebootMs: number;
  driverMs: number;
}

interface Event {
  type: string;
  object: KubernetesObject;
}

const EXECS = "/apis/kwok.x-k8s.io/v1alpha1";
const RESTART_MS = 200;
const LINE = 'jsonpath={.type} {.object}{"\\n"}';

/** From now on pods on nodes that have GPUs do what they would do there. */
export function watchMachines(machines: Machines): Watcher {
  const pods = new Map<string, KubernetesObject>();
  const served = new Map<string, { namespace: string; name: string; container: string; node: string }>();
  const reboots: Reboot[] = [];
  const faults: string[] = [];
  const interruptions: string[] = [];
  const onNode = (node: string) => [...pods.values()].filter((pod) => nodeOf(pod) === node);
  const holders = (node: string) =>
    onNode(node)
      .filter(holdsGpus)
      .map(({ metadata }) => metadata.name);
  const rebooting = new Set<string>();
  const see = async ({ type, object }: Event) => {
    const { uid = "" } = object.metadata;
    const node = nodeOf(object);
    const folder = node === undefined ? undefined : machines.folderOf(node);
    if (node === undefined || folder === undefined) return;
    const gone = type === "DELETED" || hasEnded(object);
    if (gone) pods.delete(uid);
    else pods.set(uid, object);
    if (holdsGpus(object)) setHolders(folder, "all", holders(node));
    if (gone) served.delete(uid);
    else if (phaseOf(object) === "Running") await serve(object, node);
    if (phaseOf(object) !== "Running" || gone || rebooting.has(uid) || !rebootsAt(object)) return;
    rebooting.add(uid);
    await playReboot(machines, object, { node, folder, reboots, holders });
  };
  const serve = async (pod: KubernetesObject, node: string) => {
    const container = execContainer(pod);
    const { uid = "", namespace = "", name } = pod.metadata;
    if (!container || served.has(uid)) return;
    served.set(uid, { namespace, name, container, node });
    const env = { NVIDIA_SMI_STATE: machines.folderOf(node) ?? "" };
    const object = execObject({ namespace, name, containers: [container] }, env);
    await machines.api.create(`${EXECS}/namespaces/${namespace}/execs`, object);
  };
  const stop = watchPods(machines, {
    see: (event) => void see(event).catch((thrown: Error) => faults.push(thrown.message)),
    interrupted(words) {
      interruptions.push(words);
      // What is there is told anew, and what has gone meanwhile is not.
      pods.clear();
    },
  });
  return {
    ...{ reboots, faults, interruptions },
    holders,
    withSmi: (node) => [...served.values()].filter((each) => each.node === node),
    stop,
  };
}

/**
 * One line of JSON for everything that happens to a pod. On a busy machine kubectl gives up before the API server has
 * answered, and is started again.
 */
function watchPods(
  { kubectl, kubeconfig }: Machines,
  { see, interrupted }: { see(event: Event): void; interrupted(words: string): void },
): () => void {
  const args = ["get", "pods", "-A", "--watch", "--output-watch-events", "-o", LINE];
  let child: ChildProcess | undefined;
  let stopped = false;
  const start = () => {
    let words = "";
    const started = spawn(kubectl, ["--kubeconfig", kubeconfig, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    started.stderr.on("data", (chunk: Buffer) => {
      words += chunk.toString();
    });
    createInterface({ input: started.stdout }).on("line", (line) => {
      const space = line.indexOf(" ");
      if (space < 0) return;
      see({ type: line.slice(0, space), object: JSON.parse(line.slice(space + 1)) as KubernetesObject });
    });
    started.once("exit", (code) => {
      if (stopped) return;
      interrupted(`exit code ${code}: ${words.trim()}`);
      setTimeout(() => !stopped && start(), RESTART_MS).unref();
    });
  };
  start();
  return () => {
    stopped = true;
    child?.kill();
  };
}

/** A node goes down and comes back, if this is still the boot that was meant. Pods that stay hold its GPUs again. */
async function playReboot(
  { api, rebootMs, driverMs }: Machines,
  pod: KubernetesObject,
  played: { node: string; folder: string; reboots: Reboot[]; holders(node: string): string[] },
): Promise<void> {
  const { node, folder, reboots, holders } = played;
  const path = `/api/v1/nodes/${node}`;
  const before = await api.get(path);
  const { nodeInfo } = (before?.status ?? {}) as { nodeInfo?: { bootID: string } };
  const { namespace, name } = pod.metadata;
  await api
    .merge(`/api/v1/namespaces/${namespace}/pods/${name}/status`, { status: { phase: "Succeeded" } })
    // It may be gone already.
    .catch(() => undefined);
  if (nodeInfo?.bootID !== rebootsAt(pod)) return;
  const down = Date.now();
  await pause(rebootMs);
  reboot(folder);
  setCondition(folder, "driver-gone");
  setHolders(folder, "all", holders(node));
  // kwok makes it ready again at once.
  const conditions = [{ type: "Ready", status: "False", reason: "KubeletNotReady", message: "booting" }];
  await api.merge(`${path}/status`, { status: { nodeInfo: { bootID: crypto.randomUUID() }, conditions } });
  reboots.push({ node, down, up: Date.now() });
  await pause(driverMs);
  setCondition(folder, "driver-gone", false);
}
