/** Everybody who writes to the busy chart's objects and is nobody's mistake. */
import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import { createAuthority } from "../../cluster/certificates.ts";
import type { Kubectl } from "../../cluster/kubectl.ts";
import type { ClearmlApi } from "../clearml-api/server.ts";
import type { ClusterApi } from "./api.ts";
import { GROUP } from "./chart-cluster.ts";

/** A release of the busy chart. */
export interface BusyRelease {
  namespace: string;
  release: string;
}

const ADMISSION = "/apis/admissionregistration.k8s.io/v1";
const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

export interface Stage {
  kubectl: Kubectl;
  api: ClusterApi;
  folder: string;
  /** They also write what the chart says otherwise. */
  contested: boolean;
}

/** What controllers have written once this resolves stays so: nothing happens any more. */
export async function playControllers(
  { kubectl, api, folder, contested }: Stage,
  releases: readonly BusyRelease[],
): Promise<void> {
  const authority = await createAuthority(await mkdtemp(join(folder, "injected-")));
  const { certificate } = await authority.issue("webhook", "CN=webhook", ["web.svc"]);
  const caBundle = Buffer.from(await readFile(certificate)).toString("base64");
  await allowGrowth(api);
  for (const each of releases) {
    await Promise.all([
      injectBundles(api, each, caBundle),
      scale(api, each),
      operate(api, each),
      fill(api, each),
      ...(contested ? [grow(api, each)] : []),
    ]);
    // A person does this, and it is no change of what the chart says.
    await kubectl(["-n", each.namespace, "rollout", "restart", "deployment/web", "daemonset/probe"]);
    // Webhooks change this write too: what they add bears the name of the person.
    await kubectl(["-n", each.namespace, "rollout", "restart", "deployment/mutated", "deployment/restless"]);
  }
  await label(api);
  await settled(api, releases, contested);
}

/** As cert-manager's injector does. */
async function injectBundles(api: ClusterApi, { release }: BusyRelease, caBundle: string): Promise<void> {
  const manager = "cert-manager-cainjector";
  for (const kind of ["validating", "mutating"])
    await api.patch(`${ADMISSION}/${kind}webhookconfigurations/${release}`, manager, [
      { op: "add", path: "/webhooks/0/clientConfig/caBundle", value: caBundle },
    ]);
  await api.merge(`${DEFINITIONS}/gadgets.${release}.example`, manager, {
    spec: { conversion: { webhook: { clientConfig: { caBundle } } } },
  });
}

/** As an autoscaler of its own does. The HorizontalPodAutoscaler is the cluster's. */
async function scale(api: ClusterApi, { namespace }: BusyRelease): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/queue-worker/scale`;
  await api.merge(path, "queue-scaler", { spec: { replicas: 3 } });
}

/** As NVIDIA's operators do with their own resources: labels, a finalizer, fields that nobody has set, a status. */
async function operate(api: ClusterApi, { namespace }: BusyRelease): Promise<void> {
  const widget = `/apis/${GROUP}/v1/namespaces/${namespace}/widgets/main`;
  await api.merge(widget, "gpu-operator", {
    metadata: {
      labels: { "nvidia.com/gpu-operator.state": "ready" },
      annotations: { "nvidia.com/hash": "ab12" },
    },
    spec: { driver: { rdma: { enabled: false } } },
  });
  await api.merge(`${widget}/status`, "gpu-operator", { status: { state: "ready", conditions: [] } });
  await api.merge(`/apis/apps/v1/namespaces/${namespace}/daemonsets/probe`, "nfd-master", {
    metadata: { labels: { "feature.node.kubernetes.io/found": "true" } },
  });
}

/** As controllers do that add to what a chart has left open. */
async function fill(api: ClusterApi, { namespace }: BusyRelease): Promise<void> {
  const core = `/api/v1/namespaces/${namespace}`;
  await api.merge(`${core}/configmaps/trust`, "trust-manager", {
    data: { "ca.crt": "a bundle", "more.crt": "b" },
  });
  await api.merge(`${core}/secrets/generated`, "secrets-injector", { data: { "tls.key": "a2V5" } });
  await api.merge(
    `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/web/status`,
    "nginx-ingress-controller",
    {
      status: { loadBalancer: { ingress: [{ ip: "192.0.2.10" }] } },
    },
  );
}

async function allowGrowth(api: ClusterApi): Promise<void> {
  const path = "/apis/storage.k8s.io/v1/storageclasses/standard";
  await api.merge(path, "platform", { allowVolumeExpansion: true });
}

/** As an operator that enlarges volumes does. */
async function grow(api: ClusterApi, { namespace }: BusyRelease): Promise<void> {
  const claim = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/cache`;
  await until("the claim being bound", async () => {
    const { status } = await api.get<{ status: { phase: string } }>(claim);
    return status.phase === "Bound";
  });
  await api.merge(claim, "pvc-autoresizer", { spec: { resources: { requests: { storage: "3Gi" } } } });
}

/** As feature discovery does with nodes, which are no objects of a release. */
async function label(api: ClusterApi): Promise<void> {
  const labels = { "feature.node.kubernetes.io/cpu-model.id": "85" };
  await api.merge("/api/v1/nodes/node-1", "nfd-master", { metadata: { labels } });
}

/** Waits until the garbage collector has done its work, and the autoscaler, which takes its time. */
async function settled(api: ClusterApi, releases: readonly BusyRelease[], contested: boolean): Promise<void> {
  for (const { namespace } of releases) {
    const path = (name: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
    await until(`the autoscaler raising ${namespace}/web`, async () => {
      if (!contested) return true;
      const { spec, status } = await api.get<Scaled>(path("web"));
      return spec.replicas === 2 && status.readyReplicas === 2;
    });
    await until(`the Job of ${namespace} being removed`, async () => {
      const { items } = await api.get<{ items: KubernetesObject[] }>(
        `/apis/batch/v1/namespaces/${namespace}/jobs`,
      );
      return !items.some(({ metadata }) => metadata.name === "migrate");
    });
  }
}

interface Scaled {
  spec: { replicas: number };
  status: { readyReplicas?: number };
}

/** An agent of every company listens on its queues. */
export function playAgents({ state }: ClearmlApi): void {
  for (const queue of state.queues.values()) {
    const id = `agent-${queue.company.slice(0, 6)}`;
    const now = state.now();
    const worker = state.workers.get(id) ?? {
      ...{ id, company: queue.company, user: id, ip: "192.0.2.1", queues: [], tags: [], systemTags: [] },
      ...{ timeout: 600, registered: now, lastActivity: now, lastReport: now },
    };
    state.workers.set(id, { ...worker, queues: [...worker.queues, queue.id] });
  }
}

const PATIENCE_MS = 40_000;

export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${PATIENCE_MS / 1000} s`);
    await pause(100);
  }
}
