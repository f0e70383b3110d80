/** Fake nodes with GPUs on a test cluster, whose pods answer `kubectl exec … -- nvidia-smi`. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import type { Kubernetes } from "../../../src/kubernetes/api.ts";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import { createObjects, kubectlFor } from "../../cluster/kubectl.ts";
import { type Cluster, type ClusterOptions, startCluster } from "../../cluster/start.ts";
import { ensureTools } from "../../cluster/tools.ts";
import {
  createGpus,
  type GpuOnDisk,
  type GpuSpec,
  NVIDIA_SMI_FOLDER,
  readState,
  setHolders,
} from "../nvidia-smi/state.ts";
import { connect, makeNamespace } from "../watching.ts";
import { type GpuNodeSpec, gpuNode, OPERATOR_NAMESPACE, operatorDaemonSets, PARTS } from "./objects.ts";
import { type Watcher, watchMachines } from "./watcher.ts";

const run = promisify(execFile);

export interface GpuNodes extends Pick<Watcher, "reboots" | "faults" | "holders"> {
  cluster: Cluster;
  api: Kubernetes;
  kubectl(...args: string[]): Promise<string>;
  /** Environment of a run on this cluster. */
  env: Record<string, string>;
  /** Makes nodes with their GPUs; they can be asked and their pods run when this is done. */
  add(specs: readonly GpuNodeSpec[]): Promise<void>;
  /** Folder of a node's GPUs, for the functions of the scripted nvidia-smi. */
  folder(node: string): string;
  gpus(node: string): GpuOnDisk[];
  /** Puts other GPUs into a node; what runs there holds them. */
  replaceGpus(node: string, gpus: readonly GpuSpec[]): void;
  node(name: string): Promise<KubernetesObject>;
  stop(): Promise<void>;
}

const READY_MS = 60_000;

/** Starts a cluster that has no nodes yet, with the operator's DaemonSets. */
export async function startGpuNodes(options: Pick<ClusterOptions, "auditLog"> = {}): Promise<GpuNodes> {
  const cluster = await startCluster({ ...options, nodes: [], exec: NVIDIA_SMI_FOLDER });
  const { kubectl: program } = await ensureTools(["kubectl"]);
  const kubectl = kubectlFor(program, cluster.kubeconfig);
  const { api, close } = await connect(cluster);
  const made = new Set<string>();
  const folder = (node: string) => join(cluster.dir, "gpus", node);
  await makeNamespace(api, OPERATOR_NAMESPACE);
  await createObjects(kubectl, operatorDaemonSets());
  const watcher = watchMachines({
    api,
    kubectl: program,
    kubeconfig: cluster.kubeconfig,
    folderOf: (node) => (made.has(node) ? folder(node) : undefined),
    rebootMs: 300,
    driverMs: 3_000,
  });
  return {
    cluster,
    api,
    reboots: watcher.reboots,
    faults: watcher.faults,
    holders: watcher.holders,
    kubectl: (...args) => kubectl(args),
    env: {
      KUBECONFIG: cluster.kubeconfig,
      PATH: [dirname(program), process.env.PATH].join(delimiter),
    },
    folder,
    gpus: (node) => readState(folder(node)),
    replaceGpus(node, gpus) {
      createGpus(folder(node), gpus);
      setHolders(folder(node), "all", watcher.holders(node));
    },
    async node(name) {
      const node = await api.get(`/api/v1/nodes/${name}`);
      if (!node) throw new Error(`there is no node ${name}`);
      return node;
    },
    async add(specs) {
      for (const { name, gpus } of specs) {
        createGpus(folder(name), gpus);
        made.add(name);
      }
      const create = (spec: GpuNodeSpec) =>
        api.create("/api/v1/nodes", gpuNode(spec, readState(folder(spec.name)), crypto.randomUUID()));
      await Promise.all(specs.map(create));
      await settled(specs, watcher);
      await answers(specs, watcher, [program, "--kubeconfig", cluster.kubeconfig]);
      for (const { name } of specs) writeFileSync(join(folder(name), "calls"), "");
    },
    async stop() {
      watcher.stop();
      await close();
      await cluster.stop();
    },
  };
}

/** Waits until every pod of the operator that belongs on these nodes is there. */
async function settled(specs: readonly GpuNodeSpec[], watcher: Watcher): Promise<void> {
  const isThere = ({ name, parts = ["driver"] }: GpuNodeSpec) => {
    const holding = parts.filter((part) => "holds" in PARTS[part]).length;
    const answering = parts.filter((part) => "exec" in PARTS[part]).length;
    return watcher.holders(name).length === holding && watcher.withSmi(name).length === answering;
  };
  await until("the operator's pods", async () => {
    const missing = specs.filter((spec) => !isThere(spec));
    if (missing.length === 0) return true;
    const names = missing.slice(0, 3).map(({ name }) => name);
    const heard = watcher.interruptions.map((words) => `kubectl stopped watching with ${words}`);
    throw new Error(
      [
        `${missing.length} nodes are without them, such as ${names.join(", ")}`,
        ...heard,
        ...watcher.faults,
      ].join("; "),
    );
  });
}

/** kwok learns of commands in their order: when the last one is known, all are. */
async function answers(
  specs: readonly GpuNodeSpec[],
  watcher: Watcher,
  [program = "", ...common]: string[],
): Promise<void> {
  const last = specs.flatMap(({ name }) => watcher.withSmi(name)).at(-1);
  if (!last) return;
  const args = ["exec", "-n", last.namespace, last.name, "-c", last.container, "--", "true"];
  await until("an answer from the last pod", async () => {
    await run(program, [...common, ...args]);
    return true;
  });
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_MS;
  let words = "";
  const ask = () =>
    holds().catch((thrown: Error) => {
      words = `: ${thrown.message}`;
      return false;
    });
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${READY_MS / 1000} s${words}`);
    await pause(50);
  }
}
