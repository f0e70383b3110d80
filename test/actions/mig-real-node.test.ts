/** nvidia-smi by `kubectl exec` in real pods: exit codes, stderr and container names are what a cluster gives. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Kubectl, kubectlFor } from "../cluster/kubectl.ts";
import { IMAGE, type RealNode, realNodeUnavailable, startRealNode } from "../cluster/real-node.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { ensureTools } from "../cluster/tools.ts";
import {
  callsOf,
  createGpus,
  type GpuSpec,
  NVIDIA_SMI_FOLDER,
  readState,
  setCondition,
} from "../support/nvidia-smi/state.ts";
import { type ActionRun, runAction } from "../support/run-action.ts";

const unavailable = realNodeUnavailable();
const NAMESPACE = "gpu-operator";
const POD = "nvidia-device-plugin-daemonset-x7k2p";
const LABEL = "cdmo.clear.ml/gpu-partitioning";

/** A pod as the GPU operator's device plugin: the container that matters is not the first. */
function devicePlugin(folder: string, name = POD, app = "nvidia-device-plugin-daemonset"): string {
  const main = app === "nvidia-driver-daemonset" ? "nvidia-driver-ctr" : "nvidia-device-plugin";
  const sleeps = { image: IMAGE, imagePullPolicy: "Never", command: ["/bin/sleep", "100000"] };
  const mounted = [
    { name: "state", mountPath: "/var/lib/gpus" },
    { name: "program", mountPath: "/usr/bin" },
  ];
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: NAMESPACE, labels: { app } },
    spec: {
      nodeSelector: { "clearml-actions.test/real": "true" },
      tolerations: [{ operator: "Exists" }],
      terminationGracePeriodSeconds: 0,
      containers: [
        { name: "config-manager", ...sleeps },
        {
          name: main,
          ...sleeps,
          env: [
            { name: "PATH", value: "/usr/bin:/bin" },
            { name: "NVIDIA_SMI_STATE", value: "/var/lib/gpus/state" },
          ],
          volumeMounts: mounted,
        },
      ],
      volumes: [
        { name: "state", hostPath: { path: folder } },
        { name: "program", hostPath: { path: NVIDIA_SMI_FOLDER } },
      ],
    },
  });
}

describe.skipIf(unavailable)(
  `mig-enable in real pods${unavailable ? ` (skipped: ${unavailable})` : ""}`,
  () => {
    let cluster: Cluster;
    let node: RealNode;
    let kubectl: Kubectl;
    let path: string;
    let folder: string;
    let state: string;
    beforeAll(async () => {
      cluster = await startCluster({ nodes: [] });
      node = await startRealNode(cluster);
      const tools = await ensureTools(["kubectl"]);
      kubectl = kubectlFor(tools.kubectl, cluster.kubeconfig);
      path = [dirname(tools.kubectl), process.env.PATH].join(delimiter);
      folder = mkdtempSync(join(tmpdir(), "mig-real-node-"));
      state = join(folder, "state");
      createGpus(state, [{}]);
      await kubectl(["create", "namespace", NAMESPACE]);
      await kubectl(["label", "node", node.name, "nvidia.com/gpu.present=true"]);
      await start(devicePlugin(folder));
    });
    afterAll(async () => {
      await node?.stop();
      await cluster?.stop();
      if (folder) rmSync(folder, { recursive: true, force: true });
    });
    beforeEach(async () => {
      given([{}, {}]);
      await kubectl(["label", "node", node.name, `${LABEL}-`]);
    });

    function given(gpus: readonly GpuSpec[]): void {
      createGpus(state, gpus);
    }

    async function start(pod: string): Promise<void> {
      const { metadata } = JSON.parse(pod) as { metadata: { name: string } };
      await kubectl(["create", "-f", "-"], pod);
      const wait = ["wait", `pod/${metadata.name}`, "--for=condition=Ready", "--timeout=60s"];
      await kubectl(["-n", NAMESPACE, ...wait]);
    }

    function act(inputs: Record<string, string> = {}): Promise<ActionRun> {
      const env = { PATH: path, KUBECONFIG: cluster.kubeconfig };
      return runAction("mig-enable", { transport: "exec", ...inputs }, { env, cwd: folder });
    }

    async function label(): Promise<string> {
      const labels = await kubectl(["get", "node", node.name, "-o", "jsonpath={.metadata.labels}"]);
      return (JSON.parse(labels) as Record<string, string>)[LABEL] ?? "";
    }

    it("switches every GPU of a node on in the named container, labels it, and off again", async () => {
      const on = await act();
      expect([on.code, on.outputs["changed-gpus"], on.outputs.ready]).toEqual([0, "2", "true"]);
      expect(readState(state).map(({ current }) => current)).toEqual(["Enabled", "Enabled"]);
      expect(await label()).toBe("mig");
      const again = await act();
      expect([again.code, again.outputs["changed-gpus"]]).toEqual([0, "0"]);
      const off = await act({ state: "disabled" });
      expect([off.code, off.outputs["changed-gpus"], await label()]).toEqual([0, "2", ""]);
      expect(readState(state).map(({ current }) => current)).toEqual(["Disabled", "Disabled"]);
    });

    it("takes exit codes of nvidia-smi for what they are, and decides by the second query", async () => {
      setCondition(state, "odd-exit");
      const run = await act();
      expect([run.code, run.outputs["changed-gpus"], run.outputs.ready]).toEqual([0, "2", "true"]);
    });

    it.each([
      ["denied", 3, /GPU 0 .*permission/i],
      ["driver-gone", 4, /driver/i],
    ] as const)("%s: ends with %i and says why", async (condition, code, words) => {
      setCondition(state, condition);
      const run = await act();
      expect(run.code, run.stdout).toBe(code);
      expect(run.stdout).toMatch(words);
      expect(await label()).toBe("");
    });

    it("waits for GPUs that are in use, and says who has to go", async () => {
      given([{ holders: ["dcgm-exporter"] }]);
      const run = await act();
      expect([run.code, run.outputs["reboot-required"]]).toEqual([3, "true"]);
      expect(run.stdout).toMatch(/needs a reboot \(or a reset of the GPUs\).*real-node/);
      expect(run.stdout).toMatch(/in use by another client/i);
    });

    it("drains the node and resets a GPU that the driver keeps ready, which counts as used", async () => {
      given([{ persistence: true }]);
      const run = await act({ drain: "true" });
      expect([run.code, run.outputs["changed-gpus"]], run.stdout).toEqual([0, "1"]);
      expect(callsOf(state).filter((call) => call.startsWith("--gpu-reset"))).toHaveLength(2);
      expect(readState(state)[0]).toMatchObject({ current: "Enabled", persistence: true });
      const cordoned = await kubectl(["get", "node", node.name, "-o", "jsonpath={.spec.unschedulable}"]);
      expect([cordoned, await label()]).toEqual(["", "mig"]);
    });

    it("prefers the driver's pod, and says what is missing where nothing can be asked", async () => {
      await start(devicePlugin(folder, "nvidia-driver-daemonset-abcde", "nvidia-driver-daemonset"));
      const before = callsOf(state).length;
      await kubectl(["-n", NAMESPACE, "delete", "pod", POD, "--wait=true"]);
      const run = await act();
      expect(run.code, run.stdout).toBe(0);
      expect(callsOf(state).length - before).toBe(3);
      await kubectl(["-n", NAMESPACE, "delete", "pod", "nvidia-driver-daemonset-abcde", "--wait=true"]);
      const none = await act();
      expect(none.code).toBe(4);
      expect(none.stdout).toMatch(
        /nvidia-smi cannot be run on real-node-\d+: the GPU operator has no pod there/,
      );
    });

    it("says that a container has no nvidia-smi", async () => {
      await kubectl(["-n", NAMESPACE, "delete", "pod", POD, "--ignore-not-found"]);
      await start(devicePlugin(folder).replace("/usr/bin:/bin", "/nowhere"));
      const run = await act();
      expect(run.code, run.stdout).toBe(4);
      expect(run.stdout).toMatch(/could not be run in container nvidia-device-plugin of pod gpu-operator/);
    });
  },
);
