import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kubectlFor } from "./kubectl.ts";
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
  const create = (object: object) =>
    kubectlFor(kubectlPath, cluster.kubeconfig)(["create", "-f", "-"], JSON.stringify(object));

  it("is a cluster as ClearML recommends it: three ready nodes, storage, an ingress class", async () => {
    const nodes = (JSON.parse(await kubectl("get", "nodes", "-o", "json")) as { items: NodeStatus[] }).items;
    expect(nodes.map((node) => node.status.capacity.cpu)).toEqual(["8", "8", "8"]);
    const ready = nodes.map((node) => node.status.conditions.find((each) => each.type === "Ready")?.status);
    expect(ready).toEqual(["True", "True", "True"]);
    expect(await kubectl("get", "storageclass,ingressclass", "-o", "name")).toBe(
      "storageclass.storage.k8s.io/standard\ningressclass.networking.k8s.io/nginx\n",
    );
  });

  it("brings a deployment up", async () => {
    await kubectl("create", "deployment", "web", "--image=example.com/web:1", "--replicas=2");
    await kubectl("rollout", "status", "deployment/web", "--timeout=30s");
  });

  it("makes pods fail in the way they are asked to", async () => {
    const overrides = (word: string) =>
      JSON.stringify({ metadata: { annotations: { "clearml-actions.test/fail": word } } });
    await kubectl("run", "crash", "--image=example.com/x:1", `--overrides=${overrides("crash")}`);
    await kubectl("run", "image", "--image=example.com/x:1", `--overrides=${overrides("image")}`);
    const reason = "jsonpath={.status.containerStatuses[0].state.waiting.reason}";
    await kubectl("wait", "pod/crash", `--for=${reason}=CrashLoopBackOff`, "--timeout=20s");
    await kubectl("wait", "pod/image", `--for=${reason}=ImagePullBackOff`, "--timeout=20s");
    // They stay as they are: nothing makes them ready later.
    const ready = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}';
    expect(await kubectl("get", "pod/crash", "pod/image", "-o", ready)).toBe("False False");
  });

  it("lets Jobs succeed at once, and fail when their pods are asked to", async () => {
    await kubectl("create", "job", "good", "--image=example.com/x:1");
    await kubectl("wait", "job/good", "--for=condition=Complete", "--timeout=20s");
    const template = {
      metadata: { annotations: { "clearml-actions.test/fail": "exit" } },
      spec: { restartPolicy: "Never", containers: [{ name: "x", image: "example.com/x:1" }] },
    };
    const bad = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "bad" } };
    await create({ ...bad, spec: { backoffLimit: 0, template } });
    await kubectl("wait", "job/bad", "--for=condition=Failed", "--timeout=20s");
  });

  it("gives every claim a volume of its size, as many as there are", async () => {
    const claims = Array.from({ length: 15 }, (_, index) => ({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: `data-${index}` },
      spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: `${index + 1}Gi` } } },
    }));
    await create({ apiVersion: "v1", kind: "List", items: claims });
    const bound = "--for=jsonpath={.status.phase}=Bound";
    await kubectl("wait", ...claims.map((claim) => `pvc/${claim.metadata.name}`), bound, "--timeout=30s");
    expect(await kubectl("get", "pvc/data-14", "-o", "jsonpath={.status.capacity.storage}")).toBe("15Gi");
  });

  it("keeps the leases of its nodes alive, without which they would go down after 40 s", async () => {
    const renewed = async () =>
      Date.parse(
        await kubectl("-n", "kube-node-lease", "get", "lease", "node-1", "-o", "jsonpath={.spec.renewTime}"),
      );
    await expect.poll(renewed, { timeout: 10_000 }).toBeGreaterThan(0);
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

describe("the owner of a cluster", () => {
  it("leaves nothing even when it is killed", async () => {
    const start = pathToFileURL(join(import.meta.dirname, "start.ts")).href;
    const script = `const { startCluster } = await import(${JSON.stringify(start)});
      console.log((await startCluster()).kubeconfig);
      setInterval(() => undefined, 1_000);`;
    const owner = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const kubeconfig = await new Promise<string>((resolve) =>
      createInterface({ input: owner.stdout }).once("line", resolve),
    );
    const folder = dirname(kubeconfig);
    const processes = processesOf(folder);
    expect(processes.length).toBeGreaterThanOrEqual(6);
    owner.kill("SIGKILL");
    await expect.poll(() => processes.filter(isAlive), { timeout: 15_000 }).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });
});

describe("two clusters", () => {
  it("start side by side, and one ends when its supervisor is killed, not the other", async () => {
    const [first, second] = await Promise.all([startCluster(), startCluster({ nodes: [GPU_NODE] })]);
    expect(first.server).not.toBe(second.server);
    const processes = processesOf(first.dir);
    const supervisor = processes.find((pid) => /supervisor\.ts/.test(commandOf(pid))) ?? 0;
    process.kill(supervisor, "SIGKILL");
    await expect.poll(() => processes.filter(isAlive), { timeout: 15_000 }).toEqual([]);
    expect(existsSync(first.dir)).toBe(false);
    const kubectl = kubectlFor(kubectlPath, second.kubeconfig);
    const gpus = "jsonpath={.items[*].status.allocatable.nvidia\\.com/gpu}";
    expect(await kubectl(["get", "nodes", "-o", gpus])).toBe("8");
    await Promise.all([first.stop(), second.stop()]);
    expect(existsSync(second.dir)).toBe(false);
  });
});

const GPU_NODE = { name: "gpu-1", cpu: "96", memory: "1Ti", resources: { "nvidia.com/gpu": "8" } };

function commandOf(pid: number): string {
  return execFileSync("ps", ["-o", "args=", "-p", String(pid)]).toString();
}
