/** Waits for objects on a real cluster, for tests. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createExec } from "../../src/core/exec.ts";
import { createSecrets } from "../../src/core/secrets.ts";
import { connectKubernetes, type Kubernetes } from "../../src/kubernetes/api.ts";
import { apiPath, type KubernetesObject } from "../../src/kubernetes/objects.ts";
import type { Graces } from "../../src/readiness/lasting.ts";
import type { Pace } from "../../src/readiness/progress.ts";
import { NotReadyError, waitUntilReady } from "../../src/readiness/watch.ts";
import { FAIL_ANNOTATION } from "../cluster/stages.ts";
import type { Cluster } from "../cluster/start.ts";
import { ensureTools } from "../cluster/tools.ts";

/** A connection to a test cluster. */
export interface Connection {
  api: Kubernetes;
  close(): Promise<void>;
}

export async function connect({ kubeconfig }: Pick<Cluster, "kubeconfig">): Promise<Connection> {
  const { kubectl } = await ensureTools(["kubectl"]);
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-readiness-"));
  const PATH = [dirname(kubectl), process.env.PATH].join(delimiter);
  const log = { info: () => {}, debug: () => {}, group: <T>(_: string, work: () => Promise<T>) => work() };
  const exec = createExec({ PATH, HOME: folder, KUBECONFIG: kubeconfig }, log);
  const { signal } = new AbortController();
  return {
    api: await connectKubernetes({ exec, signal, tempDir: async () => folder }),
    async close() {
      await exec.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Puts objects into a namespace of their own; returns its name. */
export async function given(api: Kubernetes, objects: readonly KubernetesObject[]): Promise<string> {
  const namespace = `ready-${crypto.randomUUID().slice(0, 8)}`;
  await makeNamespace(api, namespace);
  for (const object of objects) await api.create(collectionPath(object, namespace), object);
  return namespace;
}

/** Makes a namespace and waits for its service account: until that is there, pods are refused. */
export async function makeNamespace(api: Kubernetes, name: string): Promise<void> {
  await api.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
  for (let tried = 0; tried < 100 && !(await api.get(account)); tried++) await pause(50);
}

export function collectionPath({ apiVersion, kind }: KubernetesObject, namespace: string): string {
  return apiPath(apiVersion, `${kind.toLowerCase()}s`, namespace);
}

export interface Watched {
  error?: NotReadyError;
  lines: string[];
  seconds: number;
}

export interface WatchOptions {
  timeoutMs?: number;
  graces?: Partial<Graces>;
  pace?: Pace;
  addressMs?: number;
  signal?: AbortSignal;
  /** Values that must not be shown. */
  secrets?: readonly string[];
}

/** Short, as nothing gets better on a cluster of this kind. */
const GRACES = {
  certain: 0,
  missing: 0,
  unschedulable: 500,
  refused: 500,
  quota: 500,
  crash: 500,
  image: 60_000,
};
const PACE = { reasons: 500, first: 500, changed: 500, unchanged: 5_000 };

/** What a wait for objects of a namespace says, and how it ends. */
export async function watch(
  api: Kubernetes,
  namespace: string,
  objects: readonly KubernetesObject[],
  options: WatchOptions = {},
): Promise<Watched> {
  const { timeoutMs = 15_000, graces = {}, pace = PACE, secrets = [], signal } = options;
  const lines: string[] = [];
  const known = createSecrets(() => undefined);
  for (const each of secrets) known.mask(each);
  const info = (text: string) => void lines.push(known.redact(text));
  const log = { info, debug: () => {}, group: <T>(_: string, work: () => Promise<T>) => work() };
  const context = { log, signal: signal ?? new AbortController().signal };
  const started = Date.now();
  const awaited = { release: "shop", namespace, objects };
  const waiting = waitUntilReady(context, api, awaited, timeoutMs, {
    graces: { ...GRACES, ...graces },
    ...(options.addressMs === undefined ? {} : { addressMs: options.addressMs }),
    pace,
  });
  const error = await waiting.then(
    () => undefined,
    (thrown: unknown) => {
      if (thrown instanceof NotReadyError) return thrown;
      throw thrown;
    },
  );
  return { ...(error ? { error } : {}), lines, seconds: (Date.now() - started) / 1000 };
}

/** The same for objects in a namespace of their own. */
export async function watchNew(
  api: Kubernetes,
  objects: readonly KubernetesObject[],
  options: WatchOptions = {},
): Promise<Watched> {
  return watch(api, await given(api, objects), objects, options);
}

export interface PodParts {
  /** How the pods fail; see the stages of the cluster. */
  fail?: string;
  container?: object;
  pod?: object;
  replicas?: number;
}

/** A workload of one container, `web`. */
export function workload(kind: string, name: string, parts: PodParts = {}): KubernetesObject {
  const { fail, container = {}, pod = {}, replicas = 1 } = parts;
  const labels = { app: name };
  const template = {
    metadata: { labels, ...(fail ? { annotations: { [FAIL_ANNOTATION]: fail } } : {}) },
    spec: { containers: [{ name: "web", image: "registry.example.com/shop/web:1.2", ...container }], ...pod },
  };
  const spec =
    kind === "Job"
      ? { backoffLimit: 0, template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } } }
      : { ...(kind === "DaemonSet" ? {} : { replicas }), selector: { matchLabels: labels }, template };
  return {
    apiVersion: kind === "Job" ? "batch/v1" : "apps/v1",
    kind,
    metadata: { name },
    spec: kind === "StatefulSet" ? { ...spec, serviceName: name } : spec,
  };
}

/** A Service that wants a load balancer's address. */
export function service(annotations: Record<string, string> = {}): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "entry", annotations },
    spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
  };
}

export function claim(name: string, storageClassName: string): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name },
    spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  };
}
