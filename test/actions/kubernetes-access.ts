/** A real cluster behind a proxy that can be told to misbehave, and every way to write to it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createExec, type Exec } from "../../src/core/exec.ts";
import { connectKubernetes, type Kubernetes, type Patience } from "../../src/kubernetes/api.ts";
import type { KubernetesObject } from "../../src/kubernetes/objects.ts";
import { RefusedError } from "../../src/kubernetes/refusals.ts";
import { ensureTools } from "../cluster/tools.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { sharedCluster } from "../support/shared-cluster.ts";

export const CONFIG_MAPS = "/api/v1/namespaces/shop/configmaps";

export interface Access {
  /** Straight to the cluster. */
  direct: Kubernetes;
  /** Through the proxy. */
  kubernetes: Kubernetes;
  /** The same, by somebody who does not wait for long. */
  impatient: Kubernetes;
  /** As a user without any right. */
  nobody: Kubernetes;
  proxy: FaultProxy;
  connect(kubeconfig: string, signal?: AbortSignal, patience?: Patience): Promise<Kubernetes>;
  /** How often something was to be written through the proxy. */
  writes(): number;
  /** What a config map says, or that there is none. */
  color(name: string): Promise<string>;
  stop(): Promise<void>;
}

export async function openAccess(): Promise<Access> {
  const [cluster, tools] = await Promise.all([sharedCluster(), ensureTools(["kubectl"])]);
  const opened: { exec: Exec; folder: string }[] = [];
  const connect: Access["connect"] = (kubeconfig, signal, patience = {}) => {
    const folder = mkdtempSync(join(tmpdir(), "clearml-actions-access-"));
    const PATH = `${dirname(tools.kubectl)}${delimiter}${process.env.PATH}`;
    const exec = createExec({ PATH, HOME: folder, KUBECONFIG: kubeconfig }, LOG);
    opened.push({ exec, folder });
    const context = { exec, tempDir: async () => folder, ...(signal ? { signal } : {}) };
    return connectKubernetes(context, { firstPauseMs: 20, ...patience });
  };
  const proxy = await startFaultProxy(cluster);
  const [direct, kubernetes, impatient, nobody] = await Promise.all([
    connect(cluster.kubeconfig),
    connect(proxy.kubeconfig),
    connect(proxy.kubeconfig, undefined, { timeoutMs: IMPATIENT_MS }),
    connect(cluster.unprivilegedKubeconfig),
  ]);
  await direct.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  return {
    ...{ direct, kubernetes, impatient, nobody, proxy, connect },
    writes: () => proxy.requests.filter(({ method }) => method !== "GET").length,
    async color(name) {
      const found = await direct.get(`${CONFIG_MAPS}/${name}`);
      return found ? (found.data as { color: string }).color : "gone";
    },
    stop: () => close(opened, proxy),
  };
}

export const IMPATIENT_MS = 500;
const LOG = { info: () => {}, debug: () => {}, group: <T>(_: string, work: () => Promise<T>) => work() };

async function close(opened: readonly { exec: Exec; folder: string }[], proxy: FaultProxy): Promise<void> {
  for (const { exec, folder } of opened) {
    await exec.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  await proxy.stop();
}

let count = 0;
export const freshName = () => `settings-${++count}`;

export function configMap(name: string, color: string, more: Partial<KubernetesObject["metadata"]> = {}) {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "shop", ...more },
    data: { color },
  };
}

/** One way to write, on an object of its own. */
export interface Operation {
  method: string;
  /** As a message names it. */
  words: (name: string) => string;
  /** RBAC's word for the right. */
  right: string;
  /** What is there before. */
  before: boolean;
  /** Makes the color blue, or the object go. */
  run: (on: Kubernetes, name: string, resourceVersion: string | undefined) => Promise<unknown>;
}

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  create: {
    method: "POST",
    words: (name) => `create ConfigMap shop/${name}`,
    right: "create",
    before: false,
    run: (on, name) => on.create(CONFIG_MAPS, configMap(name, "blue")),
  },
  replace: {
    method: "PUT",
    words: (name) => `replace ConfigMap shop/${name}`,
    right: "update",
    before: true,
    run: (on, name, resourceVersion = "") =>
      on.replace(`${CONFIG_MAPS}/${name}`, configMap(name, "blue", { resourceVersion })),
  },
  remove: {
    method: "DELETE",
    words: (name) => `delete ConfigMap shop/${name}`,
    right: "delete",
    before: true,
    run: (on, name, resourceVersion = "") => on.remove(`${CONFIG_MAPS}/${name}`, { resourceVersion }),
  },
  apply: {
    method: "PATCH",
    words: (name) => `apply ConfigMap shop/${name}`,
    right: "patch",
    before: true,
    run: (on, name) => on.apply(configMap(name, "blue")),
  },
};

/** The object an operation works on, as it is before; its name and resource version. */
export async function prepared(
  { before }: Operation,
  direct: Kubernetes,
): Promise<[name: string, resourceVersion?: string]> {
  const name = freshName();
  if (!before) return [name];
  const { metadata } = await direct.create(CONFIG_MAPS, configMap(name, "red"));
  return [name, metadata.resourceVersion ?? ""];
}

/** The refusal that some work ends with. */
export async function refused(work: Promise<unknown>): Promise<RefusedError> {
  const thrown = await work.then(
    () => new Error("nothing was refused"),
    (reason: unknown) => reason,
  );
  if (thrown instanceof RefusedError) return thrown;
  throw thrown;
}

export const hintOf = (error: RefusedError) => error.problems[0]?.hint ?? "";
