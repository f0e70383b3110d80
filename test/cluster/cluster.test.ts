import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAlive } from "./lock.ts";
import { type Cluster, startCluster } from "./start.ts";
import { ensureTools } from "./tools.ts";

const run = promisify(execFile);
let kubectlPath: string;
beforeAll(async () => {
  kubectlPath = (await ensureTools(["kubectl"])).kubectl;
});

/** Ids of the processes whose command line names a folder. */
function processesOf(folder: string): number[] {
  const list = execFileSync("ps", ["-eo", "pid,args"]).toString().split("\n");
  return list
    .filter((line) => line.includes(folder))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => pid !== process.pid);
}

describe("startCluster", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ auditLog: true });
  });
  afterAll(() => cluster?.stop());
  const kubectl = async (...args: string[]) =>
    (await run(kubectlPath, ["--kubeconfig", cluster.kubeconfig, ...args])).stdout;

  it("is a cluster as ClearML recommends it: three ready nodes, storage, an ingress class", async () => {
    const nodes = (JSON.parse(await kubectl("get", "nodes", "-o", "json")) as { items: NodeStatus[] }).items;
    expect(nodes.map((node) => node.status.capacity.cpu)).toEqual(["8", "8", "8"]);
    const ready = nodes.map((node) => node.status.conditions.find((each) => each.type === "Ready")?.status);
    expect(ready).toEqual(["True", "True", "True"]);
    expect(await kubectl("get", "storageclass,ingressclass", "-o", "name")).toBe(
      "storageclass.storage.k8s.io/standard\ningressclass.networking.k8s.io/nginx\n",
    );
  });

  it("brings a deployment up, and binds its claim", async () => {
    await kubectl("create", "deployment", "web", "--image=example.com/web:1", "--replicas=2");
    await kubectl("rollout", "status", "deployment/web", "--timeout=30s");
    const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "data" } };
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "50Gi" } } };
    const apply = spawn(kubectlPath, ["--kubeconfig", cluster.kubeconfig, "create", "-f", "-"]);
    apply.stdin.end(JSON.stringify({ ...claim, spec }));
    await new Promise((resolve) => apply.once("exit", resolve));
    await kubectl("wait", "pvc/data", "--for=jsonpath={.status.phase}=Bound", "--timeout=30s");
  });

  it("makes pods fail in the way they are asked to", async () => {
    const overrides = (word: string) =>
      JSON.stringify({ metadata: { annotations: { "clearml-actions.test/fail": word } } });
    await kubectl("run", "crash", "--image=example.com/x:1", `--overrides=${overrides("crash")}`);
    await kubectl("run", "image", "--image=example.com/x:1", `--overrides=${overrides("image")}`);
    const reason = "jsonpath={.status.containerStatuses[0].state.waiting.reason}";
    await kubectl("wait", "pod/crash", `--for=${reason}=CrashLoopBackOff`, "--timeout=20s");
    await kubectl("wait", "pod/image", `--for=${reason}=ImagePullBackOff`, "--timeout=20s");
  });

  it("keeps the leases of its nodes alive, without which they would go down after 40 s", async () => {
    const renewed = async () =>
      Date.parse(
        await kubectl("-n", "kube-node-lease", "get", "lease", "node-1", "-o", "jsonpath={.spec.renewTime}"),
      );
    const before = await renewed();
    await expect.poll(renewed, { timeout: 30_000, interval: 1_000 }).toBeGreaterThan(before);
  });

  it("counts requests, and has a user without rights", async () => {
    const refused = run(kubectlPath, ["--kubeconfig", cluster.unprivilegedKubeconfig, "get", "pods"]);
    await expect(refused).rejects.toThrow(/User "nobody" cannot list resource "pods"/);
    expect(readFileSync(cluster.auditLog ?? "", "utf8")).toMatch(/"username":"nobody"/);
  });

  it("leaves nothing when it is stopped", async () => {
    const folder = dirname(cluster.kubeconfig);
    expect(processesOf(folder).length).toBeGreaterThanOrEqual(5);
    await cluster.stop();
    expect(processesOf(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });
});

interface NodeStatus {
  status: { capacity: { cpu: string }; conditions: { type: string; status: string }[] };
}

describe("npm run cluster", () => {
  it("prints its KUBECONFIG, and leaves nothing even when it is killed", async () => {
    const owner = spawn(process.execPath, [join(import.meta.dirname, "cli.ts")], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const line = await new Promise<string>((resolve) =>
      createInterface({ input: owner.stdout }).once("line", resolve),
    );
    const kubeconfig = /^export KUBECONFIG=(.*)$/.exec(line)?.[1] ?? "";
    const folder = dirname(kubeconfig);
    const processes = processesOf(folder);
    expect(processes.length).toBeGreaterThanOrEqual(6);
    owner.kill("SIGKILL");
    await expect.poll(() => processes.filter(isAlive), { timeout: 15_000 }).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });
});
