/** mig-enable on the machine it runs on, whose nvidia-smi is scripted. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { kubectlFor } from "../cluster/kubectl.ts";
import { ensureTools } from "../cluster/tools.ts";
import {
  type Condition,
  callsOf,
  createGpus,
  type GpuSpec,
  NVIDIA_SMI_FOLDER,
  readState,
  setCondition,
} from "../support/nvidia-smi/state.ts";
import { type ActionRun, runAction } from "../support/run-action.ts";
import { sharedCluster } from "../support/shared-cluster.ts";

const folder = mkdtempSync(join(tmpdir(), "mig-local-"));
const state = join(folder, "state");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LABEL = "cdmo.clear.ml/gpu-partitioning";
/** Enough of a machine, without an nvidia-smi of its own. */
const BARE_PATH = "/usr/bin:/bin";

function act(inputs: Record<string, string> = {}, env: Record<string, string> = {}): Promise<ActionRun> {
  const path = [NVIDIA_SMI_FOLDER, BARE_PATH].join(delimiter);
  return runAction("mig-enable", inputs, {
    cwd: folder,
    env: { PATH: path, NVIDIA_SMI_STATE: state, ...env },
  });
}

describe("a machine with GPUs and without a cluster", () => {
  it("is switched on without being told how, once, and off again", async () => {
    createGpus(state, [{}, { arch: "hopper" }]);
    const on = await act();
    expect([on.code, on.outputs["changed-gpus"], on.outputs.ready], on.stdout).toEqual([0, "2", "true"]);
    expect(on.stdout).toContain("no node is labelled: no cluster is configured");
    expect(on.summary).toContain("MIG is **on for all 2 GPUs** of this machine");
    const again = await act({ transport: "local" });
    expect([again.code, again.outputs["changed-gpus"]]).toEqual([0, "0"]);
    const off = await act({ state: "disabled" });
    expect([off.code, off.outputs["changed-gpus"]]).toEqual([0, "2"]);
    expect(readState(state).map(({ current }) => current)).toEqual(["Disabled", "Disabled"]);
  });

  const cases: [string, GpuSpec[], Condition | undefined, number, RegExp][] = [
    ["no permission", [{}], "denied", 3, /permission/i],
    ["no driver", [{}], "driver-gone", 4, /driver is not loaded/],
    ["a GPU that is used", [{ holders: ["python"] }], undefined, 3, /1 node needs a reboot \(or a reset/],
    ["a GPU that cannot be reset", [{ passthrough: true }], undefined, 3, /cannot be reset/],
    ["a GPU without MIG", [{}, { arch: "none" }], undefined, 3, /GPU 1 \(Tesla T4\) knows no MIG/],
    ["a GPU off the bus", [{}, { lost: true }], undefined, 3, /off the bus/],
  ];
  it.each(cases)("%s: says so, and what repairs it", async (_, gpus, condition, code, words) => {
    createGpus(state, gpus);
    if (condition) setCondition(state, condition);
    const run = await act({ transport: "local" });
    expect(run.code, run.stdout).toBe(code);
    expect(run.stdout).toMatch(words);
    expect(run.outputs.ready).toBe("false");
    expect(run.stdout).not.toMatch(/ {4}at .*:\d+:\d+/);
  });

  it("changes only the GPUs that are chosen", async () => {
    createGpus(state, [{}, {}, {}, {}]);
    const run = await act({ gpus: "1,3" });
    expect(run.code, run.stdout).toBe(0);
    expect(readState(state).map(({ current }) => current)).toEqual([
      ...["Disabled", "Enabled", "Disabled", "Enabled"],
    ]);
  });

  it.each([
    [{ transport: "local", drain: "true" }, /`drain: true`: no cluster is configured/],
    [{ transport: "local", drain: "true", reboot: "allow" }, /would end this run/],
    [{ gpus: "7" }, /has no GPU `7`/],
    [{ "max-parallel": "0" }, /max-parallel/],
    [{ config: "other.yaml" }, /other\.yaml/],
  ])("refuses %j before it changes anything", async (inputs, words) => {
    createGpus(state, [{}]);
    const run = await act(inputs);
    expect(run.code, run.stdout).toBe(2);
    expect(run.stdout).toMatch(words);
    expect(callsOf(state).filter((call) => / -mig /.test(` ${call}`))).toEqual([]);
  });
});

describe("a machine without a GPU", () => {
  it.each(["auto", "local"])("is told in one sentence, with transport %s", async (transport) => {
    const run = await act({ transport }, { PATH: BARE_PATH });
    expect(run.code, run.stdout).toBe(2);
    expect(run.stdout).toMatch(/::error ?::this machine has no GPU to change: it has no nvidia-smi/);
  });

  it("is told as well when the driver lists none", async () => {
    createGpus(state, []);
    const run = await act({ transport: "local" });
    expect(run.code, run.stdout).toBe(2);
    expect(run.stdout).toMatch(/::error ?::this machine has no GPU to change: nvidia-smi lists none/);
  });
});

describe("a machine that is a node of a cluster", () => {
  it("is labelled by the name it is given, and the label goes with MIG", async () => {
    createGpus(state, [{}, {}]);
    const cluster = await sharedCluster();
    const { kubectl } = await ensureTools(["kubectl"]);
    const ask = kubectlFor(kubectl, cluster.kubeconfig);
    const label = async () => {
      const labels = await ask(["get", "node", "node-2", "-o", "jsonpath={.metadata.labels}"]);
      return (JSON.parse(labels) as Record<string, string>)[LABEL];
    };
    const env = {
      PATH: [NVIDIA_SMI_FOLDER, dirname(kubectl), BARE_PATH].join(delimiter),
      KUBECONFIG: cluster.kubeconfig,
    };
    const partly = await act({ transport: "local", nodes: "node-2", gpus: "0" }, env);
    expect([partly.code, await label()], partly.stdout).toEqual([0, undefined]);
    expect(partly.stdout).toMatch(/not labelled .*GPU 1 is off/);
    const on = await act({ transport: "local", nodes: "node-2" }, env);
    expect([on.code, await label()], on.stdout).toEqual([0, "mig"]);
    const stranger = await act({ transport: "local" }, env);
    expect(stranger.stdout).toMatch(/is no node of https:\/\/127\.0\.0\.1/);
    const off = await act({ transport: "local", nodes: "node-2", state: "disabled" }, env);
    expect([off.code, await label()], off.stdout).toEqual([0, undefined]);
  });
});
