import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createExec, type Exec } from "../../src/core/exec.ts";
import { connectKubernetes } from "../../src/kubernetes/api.ts";
import { type ClusterFacts, readClusterFacts } from "../../src/lint/evidence/cluster-facts.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { ensureTools } from "../cluster/tools.ts";
import { blocksOf, page } from "../support/pages/pages.ts";
import { type Charts, NEEDED, packagedCharts } from "./chart-rendering.ts";

const CHART = "clearml-dynamic-mig-operator";
const started: { exec: Exec; folder: string }[] = [];
let charts: Charts;
let cluster: Cluster;
let kubectlFile: string;

beforeAll(async () => {
  const [packaged, running, tools] = await Promise.all([
    packagedCharts(),
    startCluster({ auditLog: true }),
    ensureTools(["kubectl"]),
  ]);
  [charts, cluster, kubectlFile] = [packaged, running, tools.kubectl];
  for (const verb of ["install", "upgrade"]) {
    const args = [verb, "cdmo", charts.archive(CHART), "--namespace", "cdmo", "-f", "-"];
    const access = ["--kubeconfig", cluster.kubeconfig];
    const values = { ...NEEDED[CHART]?.values, replicaCount: 1 };
    charts.helm("helm", [...args, ...(verb === "install" ? ["--create-namespace"] : []), ...access], values);
  }
});

afterAll(async () => {
  for (const { exec, folder } of started) {
    await exec.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  charts?.remove();
  await cluster?.stop();
});

async function factsAs(kubeconfig: string): Promise<ClusterFacts> {
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-facts-"));
  const env = { PATH: `${dirname(kubectlFile)}:${process.env.PATH}`, HOME: folder, KUBECONFIG: kubeconfig };
  const exec = createExec(env, { info: () => undefined, debug: () => undefined, group: (_, work) => work() });
  started.push({ exec, folder });
  return readClusterFacts(await connectKubernetes({ exec, tempDir: async () => folder }));
}

function apply(object: unknown): void {
  const args = ["--kubeconfig", cluster.kubeconfig, "apply", "-f", "-"];
  execFileSync(kubectlFile, args, { input: JSON.stringify(object), stdio: "pipe" });
}

/** What an account asked of the API server, without kubectl's own question for the version. */
function requestsOf(name: string): { verb: string; path: string }[] {
  return readFileSync(cluster.auditLog ?? "", "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { verb: string; requestURI: string; user: { username: string } })
    .filter(({ user, requestURI }) => user.username === name && !requestURI.startsWith("/version?"))
    .map(({ verb, requestURI }) => ({ verb, path: requestURI.replace(/\?.*$/, "") }));
}

describe("facts of a real cluster", () => {
  it("are what is there", async () => {
    apply({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: "default" },
      spec: {
        type: "NodePort",
        ports: [
          { name: "a", port: 80, nodePort: 30555 },
          { name: "b", port: 81, nodePort: 30556 },
        ],
      },
    });
    const facts = await factsAs(cluster.kubeconfig);
    expect(facts).toMatchObject({
      kubernetesVersion: cluster.version,
      storageClasses: [{ name: "standard", isDefault: true }],
      networkPolicyEngine: null,
    });
    expect(facts.nodePorts).toEqual([
      { port: 30555, namespace: "default", service: "web" },
      { port: 30556, namespace: "default", service: "web" },
    ]);
    expect(facts.releases).toEqual([
      { name: "cdmo", namespace: "cdmo", chart: CHART, chartVersion: expect.any(String), status: "deployed" },
    ]);
    expect(facts.ingressClasses?.length).toBeGreaterThan(0);
    expect(facts).not.toHaveProperty("notRead");
  });

  it("name the program that enforces policies", async () => {
    const labels = { app: "calico-node" };
    apply({
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "calico-node", namespace: "kube-system" },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: "calico-node", image: "calico/node" }] },
        },
      },
    });
    expect((await factsAs(cluster.kubeconfig)).networkPolicyEngine).toBe("calico");
  });

  it("leave out what may not be read, and say so", async () => {
    const facts = await factsAs(cluster.unprivilegedKubeconfig);
    expect(Object.keys(facts)).toEqual(["kubernetesVersion", "notRead"]);
    expect(facts.notRead).toHaveLength(5);
    for (const sentence of facts.notRead ?? []) expect(sentence).toMatch(/could not be read: .*\(403\)/);
  });

  it("take few requests, all of them reads", () => {
    const requests = requestsOf("nobody");
    expect(requests.map(({ path }) => path).sort()).toEqual([
      "/api/v1/secrets",
      "/api/v1/services",
      "/apis/apps/v1/daemonsets",
      "/apis/networking.k8s.io/v1/ingressclasses",
      "/apis/storage.k8s.io/v1/storageclasses",
      "/version",
    ]);
    expect(new Set(requests.map(({ verb }) => verb))).toEqual(new Set(["get", "list"]));
  });

  it("are all read with the role of the page", async () => {
    const blocks = blocksOf(page("actions/lint-overrides/README.md"));
    const role = parse(blocks.find(({ text }) => text.includes("kind: ClusterRole"))?.text ?? "") as {
      metadata: { name: string };
    };
    const apiGroup = "rbac.authorization.k8s.io";
    apply(role);
    apply({
      ...{ apiVersion: `${apiGroup}/v1`, kind: "ClusterRoleBinding", metadata: { name: "nobody-reads" } },
      roleRef: { apiGroup, kind: "ClusterRole", name: role.metadata.name },
      subjects: [{ apiGroup, kind: "User", name: "nobody" }],
    });
    const facts = await factsAs(cluster.unprivilegedKubeconfig);
    expect(facts).toEqual(await factsAs(cluster.kubeconfig));
    expect(facts).not.toHaveProperty("notRead");
  });
});
