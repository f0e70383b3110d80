/** Nodes, pods and somebody who waits, for the tests of draining. */
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../src/core/errors.ts";
import type { Kubernetes } from "../../src/kubernetes/api.ts";
import type { KubernetesObject } from "../../src/kubernetes/objects.ts";
import { closeNode } from "../../src/mig/drain/close.ts";
import { type EmptyOptions, emptyNode, podsOn } from "../../src/mig/drain/empty.ts";
import type { Memory } from "../../src/mig/drain/memory.ts";
import type { Closing } from "../../src/mig/drain/model.ts";
import { type PauseOptions, pauseClients } from "../../src/mig/drain/pause.ts";
import type { Pod } from "../../src/mig/drain/pods.ts";
import type { NodeShape } from "../cluster/objects.ts";

/** Ten times as fast as for people. */
export const PACE = { poll: 100, first: 200, again: 300, evict: 300 };

/** What the GPU operator writes on a node; `nvsm` is not wanted there, `client` not known. */
export const CLIENTS_OF_NODE: Readonly<Record<string, string>> = {
  "nvidia.com/gpu.deploy.device-plugin": "true",
  "nvidia.com/gpu.deploy.gpu-feature-discovery": "true",
  "nvidia.com/gpu.deploy.dcgm-exporter": "true",
  "nvidia.com/gpu.deploy.dcgm": "true",
  "nvidia.com/gpu.deploy.nvsm": "false",
};

export function gpuNodes(count: number): NodeShape[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `gpu-${index + 1}`,
    cpu: "64",
    memory: "256Gi",
    resources: { "nvidia.com/gpu": "64" },
    labels: { "nvidia.com/gpu.present": "true", ...CLIENTS_OF_NODE },
  }));
}

export function closingWith(kubernetes: Kubernetes, more: Partial<Closing> = {}) {
  const lines: string[] = [];
  const log = { info: (line: string) => void lines.push(line) };
  const { signal } = new AbortController();
  return { kubernetes, log, signal, run: "a test", lines, ...more };
}

export const nodePath = (name: string) => `/api/v1/nodes/${name}`;

export async function nodeOf(api: Kubernetes, name: string): Promise<KubernetesObject> {
  const node = await api.get(nodePath(name));
  if (!node) throw new Error(`no node ${name}`);
  return node;
}

interface NodeState {
  labels: KubernetesObject["metadata"]["labels"] | undefined;
  annotations: KubernetesObject["metadata"]["annotations"] | undefined;
  spec: unknown;
}

/** What of a node people and controllers decide: not what kubelets and the API server write all the time. */
export async function stateOfNode(api: Kubernetes, name: string): Promise<NodeState> {
  const { metadata, spec } = await nodeOf(api, name);
  return { labels: metadata.labels, annotations: metadata.annotations, spec };
}

export async function namesOn(api: Kubernetes, node: string): Promise<string[]> {
  return (await podsOn(api, node)).map(({ metadata }) => metadata.name.replace(/-[a-z0-9]{5}$/, "")).sort();
}

/** Waits for something to become so; the last answer tells what it was instead. */
export async function until<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`did not become so: ${JSON.stringify(answer)}`);
    await sleep(50);
  }
}

export async function untilOn(
  api: Kubernetes,
  node: string,
  count: number,
  phase = "Running",
): Promise<Pod[]> {
  const running = async () => (await podsOn(api, node)).filter(({ status }) => status?.phase === phase);
  return until(running, (pods) => pods.length === count);
}

/** Pod spec on nodes of one pool; with a GPU unless told otherwise. */
export function onPool(pool: string, more: object = {}, gpus: number | undefined = 1) {
  return {
    pod: { nodeSelector: { pool }, ...more },
    container: gpus ? { resources: { limits: { "nvidia.com/gpu": String(gpus) } } } : {},
  };
}

export function barePod(
  name: string,
  node: string,
  more: object = {},
  metadata: object = {},
): KubernetesObject {
  const resources = { limits: { "nvidia.com/gpu": "1" } };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: name }, ...metadata },
    spec: {
      nodeName: node,
      restartPolicy: "Never",
      containers: [{ name: "task", image: "registry.example.com/task:1", resources }],
      ...more,
    },
  };
}

export function budget(name: string, app: string, minAvailable: number): KubernetesObject {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name },
    spec: { minAvailable, selector: { matchLabels: { app } } },
  };
}

/** Empties a node in test time; what was told, and how it ended. */
export function emptying(closing: Closing, node: string, options: Partial<EmptyOptions> = {}) {
  const told: string[] = [];
  const tell = (waiting: readonly string[]) => void told.push(...waiting);
  const settings = { timeoutMs: 15_000, tasks: "wait", everything: false, tell, ...options } as const;
  return { told, moved: emptyNode(closing, node, settings, PACE) };
}

/** The error for the user that something ends with. */
export async function failure(work: Promise<unknown>): Promise<UserError> {
  const thrown = await work.then(
    () => "nothing was thrown",
    (error: unknown) => error,
  );
  if (thrown instanceof UserError) return thrown;
  throw thrown;
}

/** Waits until a node is as it was; taints follow the cordon a moment later. */
export async function settled(api: Kubernetes, node: string, before: NodeState): Promise<void> {
  const same = (now: unknown) => isDeepStrictEqual(now, before);
  await until(() => stateOfNode(api, node), same);
}

/** Closes a node as it is now. */
export async function close(closing: Closing, node: string, unlabel = false): Promise<Memory> {
  return closeNode(closing, await nodeOf(closing.kubernetes, node), { unlabel });
}

/** Pauses clients in test time. */
export async function pausing(
  closing: Closing,
  node: string,
  memory: Memory,
  more: Partial<PauseOptions> = {},
) {
  const options = { timeoutMs: 15_000, keep: [], tell: () => {}, ...more };
  await pauseClients(closing, node, memory, options, PACE);
}

/** Hands out pairs of nodes; new pods of a pair's pool go to the first until `spare` is called. */
export function pairsOf(api: () => Kubernetes) {
  let taken = 0;
  return async () => {
    const [node, other] = [`gpu-${++taken}`, `gpu-${++taken}`];
    const pool = `pool-${taken}`;
    const join = (name: string) => api().merge(nodePath(name), { metadata: { labels: { pool } } });
    await join(node);
    return { node, other, pool, spare: () => join(other) };
  };
}
