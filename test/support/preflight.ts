/** A preflight on a real cluster, and what such a cluster needs to be free of findings. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { stringify } from "yaml";
import { createExec, type Exec } from "../../src/core/exec.ts";
import { createHttp } from "../../src/core/http.ts";
import { controlPlaneAddresses } from "../../src/deploy/addresses.ts";
import { loadEnvironment } from "../../src/environment/load.ts";
import { chartReference } from "../../src/helm/chart-reference.ts";
import { findHelm } from "../../src/helm/helm.ts";
import { connectKubernetes } from "../../src/kubernetes/api.ts";
import type { PreflightFinding, PreflightInput } from "../../src/preflight/model.ts";
import { systemResolver } from "../../src/preflight/resolver.ts";
import { preflight } from "../../src/preflight/run.ts";
import { type Kubectl, kubectlFor } from "../cluster/kubectl.ts";
import { type Cluster, type ClusterOptions, startCluster } from "../cluster/start.ts";
import { ensureTools } from "../cluster/tools.ts";
import { startDnsServer } from "./dns-server.ts";

export const CHARTS = resolve(import.meta.dirname, "../fixtures/charts");
/** Where the DNS server and the Service of the ingress controller say that it is. */
export const INGRESS_ADDRESS = "192.0.2.10";
const BASE = "ml.example.com";
const ingress = { enabled: true, ingressClassName: "nginx" };
/** Values that switch the Ingresses of the server on. */
export const SERVER = { apiserver: { ingress }, fileserver: { ingress }, webserver: { ingress } };

export interface Preflights {
  cluster(options: ClusterOptions): Promise<{ cluster: Cluster; kubectl: Kubectl }>;
  /** What is found for an environment, as the account of a kubeconfig. */
  find(kubeconfig: string, file?: object, more?: Partial<PreflightInput>): Promise<PreflightFinding[]>;
  stop(): Promise<void>;
}

/** Tools, and a DNS server that leads to the ingress controller. */
export async function startPreflights(): Promise<Preflights> {
  const tools = await ensureTools(["helm", "kubectl"]);
  const dns = await startDnsServer({
    [`*.${BASE}`]: INGRESS_ADDRESS,
    "api.elsewhere.example.com": "203.0.113.9",
  });
  const running: { exec: Exec; folder: string }[] = [];
  const clusters: Cluster[] = [];
  return {
    async cluster(options) {
      const cluster = await startCluster(options);
      clusters.push(cluster);
      return { cluster, kubectl: kubectlFor(tools.kubectl, cluster.kubeconfig) };
    },
    async find(kubeconfig, file = environmentFile(), more = {}) {
      const folder = mkdtempSync(join(tmpdir(), "clearml-actions-preflight-"));
      const path = [dirname(tools.kubectl), dirname(tools.helm), process.env.PATH].join(":");
      const env = { PATH: path, HOME: folder, KUBECONFIG: kubeconfig };
      const exec = createExec(env, LOG);
      running.push({ exec, folder });
      writeFileSync(join(folder, "clearml.yaml"), stringify(file));
      return preflight({
        ...(await inputFor({ exec, env, folder })),
        resolver: systemResolver([dns.address]),
        ...more,
      });
    },
    async stop() {
      for (const { exec, folder } of running) {
        await exec.stop();
        rmSync(folder, { recursive: true, force: true });
      }
      await Promise.all(clusters.map((cluster) => cluster.stop()));
      await dns.stop();
    },
  };
}

const LOG = {
  info: () => undefined,
  debug: () => undefined,
  group: <T>(_: string, work: () => Promise<T>) => work(),
};

/** What a first deployment of the environment in a folder would look at. */
async function inputFor(parts: {
  exec: Exec;
  env: Record<string, string>;
  folder: string;
}): Promise<PreflightInput> {
  const { exec, env, folder } = parts;
  mkdirSync(join(folder, "tmp"));
  const context = { exec, env, log: LOG, tempDir: async () => join(folder, "tmp") };
  const environment = await loadEnvironment("clearml.yaml", { cwd: folder });
  const uses = environment.components.filter(({ enabled }) => enabled);
  const [kubernetes, helm] = await Promise.all([connectKubernetes(context), findHelm(context)]);
  const charts = new Map(
    await Promise.all(
      uses
        .filter(({ definition }) => definition.kind === "chart")
        .map(async (use) => {
          const reference = chartReference(use, environment.edition, helm.aliases);
          // Paths are relative to the folder the environment was read in, which is not this process's own.
          const chart = isAbsolute(reference.chart) ? reference.chart : resolve(folder, reference.chart);
          return [use, (await helm.chart(use, { ...reference, chart })).metadata] as const;
        }),
    ),
  );
  const { signal } = new AbortController();
  return {
    context: { env, log: LOG, signal, http: createHttp(signal) },
    environment,
    kubernetes,
    helm,
    uses,
    charts,
    records: new Map(),
    addresses: controlPlaneAddresses(environment, {}),
  };
}

/** An environment as people write it, with charts of this repository. */
export function environmentFile(changes: Record<string, unknown> = {}): object {
  return {
    version: 1,
    name: "test",
    baseDomain: BASE,
    kubernetesVersion: "1.35",
    components: {
      "control-plane": { chart: join(CHARTS, "clearml-enterprise"), values: SERVER },
      redis: { chart: join(CHARTS, "redis") },
      "network-isolation": {},
    },
    ...changes,
  };
}

/** Creates objects. */
export function create(kubectl: Kubectl, ...items: object[]): Promise<string> {
  return kubectl(["create", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
}

const pod = (name: string) => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name, image: `example.com/${name}` }] },
});

/** What a cluster that people deploy to has beside a control plane: an ingress controller, something for policies. */
export async function furnish(kubectl: Kubectl): Promise<void> {
  const workload = (kind: string, name: string, namespace: string) => ({
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace },
    spec: { selector: { matchLabels: { app: name } }, template: pod(name) },
  });
  await create(
    kubectl,
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "ingress-nginx" } },
    workload("Deployment", "ingress-nginx-controller", "ingress-nginx"),
    workload("DaemonSet", "calico-node", "kube-system"),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "ingress-nginx-controller", namespace: "ingress-nginx" },
      spec: { type: "LoadBalancer", ports: [{ port: 443 }] },
    },
  );
  const status = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip: INGRESS_ADDRESS }] } } });
  const service = ["-n", "ingress-nginx", "service/ingress-nginx-controller"];
  await kubectl(["patch", ...service, "--subresource=status", "--type=merge", "-p", status]);
  const deployment = ["-n", "ingress-nginx", "deployment/ingress-nginx-controller"];
  await kubectl(["rollout", "status", ...deployment, "--timeout=60s"]);
}
