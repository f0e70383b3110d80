/** What `CLUSTER=kind` does around kind. kind itself is played by a script that hands out a cluster of ours. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { kubectlFor } from "./kubectl.ts";
import { type Cluster, startCluster } from "./start.ts";
import { ensureTools } from "./tools.ts";

let folder: string;
let bin: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kind-test-"));
  bin = join(folder, "bin");
  mkdirSync(bin);
  return () => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  };
});

function program(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

describe("CLUSTER=kind", () => {
  let stage: Cluster;
  let kubectlPath: string;
  beforeAll(async () => {
    stage = await startCluster({ nodes: [] });
    kubectlPath = (await ensureTools(["kubectl"])).kubectl;
    await kubectlFor(kubectlPath, stage.kubeconfig)(["delete", "ingressclass", "nginx"]);
  });
  afterAll(() => stage?.stop());

  it("says that kind is missing", async () => {
    vi.stubEnv("CLUSTER", "kind");
    vi.stubEnv("PATH", bin);
    await expect(startCluster()).rejects.toThrow("CLUSTER=kind needs kind on PATH; install it");
  });

  it("says that no Docker engine answers", async () => {
    vi.stubEnv("CLUSTER", "kind");
    vi.stubEnv("PATH", bin);
    program("kind", "exit 0");
    program("docker", "echo Cannot connect to the Docker daemon >&2; exit 1");
    await expect(startCluster()).rejects.toThrow("CLUSTER=kind needs a Docker engine and none answers");
  });

  it("creates a cluster of a new name, and deletes it at the end", async () => {
    vi.stubEnv("CLUSTER", "kind");
    vi.stubEnv("PATH", [bin, process.env.PATH].join(delimiter));
    const calls = join(folder, "calls");
    program("docker", "exit 0");
    program(
      "kind",
      `echo "$@" >> ${calls}
       while [ $# -gt 0 ] && [ "$1" != --kubeconfig ]; do shift; done
       [ "$1" = "" ] || [ -e "$2" ] || cp ${stage.kubeconfig} "$2"`,
    );
    const cluster = await startCluster({ log: () => undefined });
    expect(cluster.server).toBe(stage.server);
    expect(cluster.version).toBe(stage.version);
    const kubectl = kubectlFor(kubectlPath, cluster.kubeconfig);
    expect(await kubectl(["get", "ingressclass", "-o", "name"])).toBe(
      "ingressclass.networking.k8s.io/nginx\n",
    );
    const nobody = kubectlFor(kubectlPath, cluster.unprivilegedKubeconfig);
    await expect(nobody(["get", "pods"])).rejects.toThrow(
      'User "system:serviceaccount:kube-public:nobody" cannot list resource "pods"',
    );
    await cluster.stop();
    const made = /^create cluster --name (clearml-actions-\w+) /m.exec(readFileSync(calls, "utf8"))?.[1];
    expect(made).toBeDefined();
    expect(readFileSync(calls, "utf8")).toContain(`delete cluster --name ${made}`);
    expect(existsSync(cluster.dir)).toBe(false);
  });
});
