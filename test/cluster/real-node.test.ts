import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGpus, NVIDIA_SMI_STATE, readState, setCondition } from "../support/nvidia-smi/state.ts";
import { type Kubectl, kubectlFor } from "./kubectl.ts";
import { isAlive } from "./lock.ts";
import { IMAGE, type RealNode, realNodeUnavailable, startRealNode } from "./real-node.ts";
import { type Cluster, startCluster } from "./start.ts";
import { ensureTools } from "./tools.ts";

const unavailable = realNodeUnavailable();
const SETTINGS = ["/proc/sys/vm/overcommit_memory", "/proc/sys/kernel/panic"];

function settings(): string[] {
  return SETTINGS.map((file) => readFileSync(file, "utf8"));
}

/** What of a node is neither a process nor in its folder. */
function traces(node: string): string[] {
  const found = [execFileSync("ip", ["netns"]), execFileSync("ip", ["link"]), execFileSync("find", CGROUPS)];
  return found
    .join("\n")
    .split("\n")
    .filter((line) => line.includes(node) || line.includes("clearml-node"));
}
const CGROUPS = ["/sys/fs/cgroup", "-maxdepth", "2", "-name", "real-node-*"];

function pod(name: string, command: readonly string[], more: object = {}): string {
  const container = { name: "main", image: IMAGE, imagePullPolicy: "Never", command, ...more };
  const spec = { containers: [container], terminationGracePeriodSeconds: 0 };
  return JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec });
}

describe.skipIf(unavailable)(`a real node${unavailable ? ` (skipped: ${unavailable})` : ""}`, () => {
  let cluster: Cluster;
  let node: RealNode;
  let kubectl: Kubectl;
  let before: string[];
  beforeAll(async () => {
    before = settings();
    cluster = await startCluster({ nodes: [] });
    node = await startRealNode(cluster);
    kubectl = kubectlFor((await ensureTools(["kubectl"])).kubectl, cluster.kubeconfig);
  });
  afterAll(async () => {
    await node?.stop();
    await cluster?.stop();
  });

  it("passes on the exit code and the output of `kubectl exec`, and the logs", async () => {
    await kubectl(["create", "-f", "-"], pod("sleeper", ["sh", "-c", "echo up; exec sleep 1000"]));
    await kubectl(["wait", "pod/sleeper", "--for=condition=Ready", "--timeout=30s"]);
    await expect(kubectl(["exec", "sleeper", "--", "sh", "-c", "exit 7"])).rejects.toThrow(
      "command terminated with exit code 7",
    );
    expect(await kubectl(["exec", "sleeper", "--", "hostname"])).toBe("sleeper\n");
    expect(await kubectl(["logs", "sleeper"])).toBe("up\n");
  });

  it("has an nvidia-smi, with the GPUs of a folder, whose exit codes come through", async () => {
    const state = mkdtempSync(join(tmpdir(), "real-gpus-"));
    createGpus(state, [{}, { holders: ["dcgm"] }]);
    const mount = { volumeMounts: [{ name: "gpus", mountPath: NVIDIA_SMI_STATE }] };
    const driver = JSON.parse(pod("driver", ["sleep", "1000"], mount));
    driver.spec.volumes = [{ name: "gpus", hostPath: { path: state } }];
    try {
      await kubectl(["create", "-f", "-"], JSON.stringify(driver));
      await kubectl(["wait", "pod/driver", "--for=condition=Ready", "--timeout=30s"]);
      const said = await kubectl(["exec", "driver", "--", "nvidia-smi", "-mig", "1"]);
      expect(said).toContain("In use by another client");
      expect(readState(state).map(({ current }) => current)).toEqual(["Enabled", "Disabled"]);
      setCondition(state, "driver-gone");
      await expect(kubectl(["exec", "driver", "--", "nvidia-smi"])).rejects.toThrow("exit code 9");
    } finally {
      rmSync(state, { recursive: true });
    }
  });

  it("probes, and serves at the address of a service", async () => {
    const readinessProbe = { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 };
    const command = ["sh", "-c", "echo served > /www/index.html; exec httpd -f -p 8080 -h /www"];
    await kubectl(["create", "-f", "-"], pod("web", command, { readinessProbe }));
    await kubectl(["wait", "pod/web", "--for=condition=Ready", "--timeout=30s"]);
    await kubectl(["label", "pod/web", "app=web"]);
    await kubectl(["expose", "pod/web", "--port=80", "--target-port=8080", "--selector=app=web"]);
    const address = await kubectl(["get", "service/web", "-o", "jsonpath={.spec.clusterIP}"]);
    const answer = () =>
      fetch(`http://${address}/`, { signal: AbortSignal.timeout(1_000) }).then(
        (response) => response.text(),
        () => "",
      );
    await expect.poll(answer, { timeout: 15_000, interval: 200 }).toBe("served\n");
  });

  it("restarts a container that crashes", async () => {
    await kubectl(["create", "-f", "-"], pod("crashing", ["sh", "-c", "exit 3"]));
    const status = "jsonpath={.status.containerStatuses[0]";
    const waiting = `${status}.state.waiting.reason}=CrashLoopBackOff`;
    await kubectl(["wait", "pod/crashing", `--for=${waiting}`, "--timeout=60s"]);
    const code = `${status}.lastState.terminated.exitCode}`;
    expect(await kubectl(["get", "pod/crashing", "-o", code])).toBe("3");
  });

  it("leaves nothing when it is stopped", async () => {
    expect(traces(node.name)).not.toEqual([]);
    await node.stop();
    expect(traces(node.name)).toEqual([]);
    expect(settings()).toEqual(before);
  });

  it("leaves nothing when its owner is killed", async () => {
    const script = `
      const { startCluster } = await import(${JSON.stringify(join(import.meta.dirname, "start.ts"))});
      const { startRealNode } = await import(${JSON.stringify(join(import.meta.dirname, "real-node.ts"))});
      const cluster = await startCluster({ nodes: [] });
      const { name } = await startRealNode(cluster);
      console.log(JSON.stringify({ name, kubeconfig: cluster.kubeconfig }));`;
    const owner = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const line = await new Promise<string>((resolve) =>
      createInterface({ input: owner.stdout }).once("line", resolve),
    );
    const { name, kubeconfig } = JSON.parse(line) as { name: string; kubeconfig: string };
    // The node's name ends with the id of what holds it.
    const supervisor = Number(name.split("-").at(-1));
    expect(isAlive(supervisor)).toBe(true);
    expect(traces(name)).not.toEqual([]);
    owner.kill("SIGKILL");
    await expect.poll(() => isAlive(supervisor), { timeout: 15_000 }).toBe(false);
    await expect.poll(() => existsSync(dirname(kubeconfig)), { timeout: 15_000 }).toBe(false);
    expect(traces(name)).toEqual([]);
    expect(settings()).toEqual(before);
  });
});
