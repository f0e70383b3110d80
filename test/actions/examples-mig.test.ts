/** The example for MIG, run for real: on a runner that is a GPU machine, whose nvidia-smi is scripted, and by `kubectl exec` in pods of all nodes. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { ensureTools } from "../cluster/tools.ts";
import { type ActOptions, type ActRun, runWorkflow } from "../support/act.ts";
import { type GpuNodes, startGpuNodes } from "../support/gpu-nodes/gpu-nodes.ts";
import { kubeconfigKeys } from "../support/kubeconfig-keys.ts";
import { callsOf, NVIDIA_SMI_FOLDER } from "../support/nvidia-smi/state.ts";

const EXAMPLE = resolve(import.meta.dirname, "../../workflows-examples/mig-gpu-runner.yml");
const WORKFLOW = ".github/workflows/mig-gpu-runner.yml";
const LABEL = "cdmo.clear.ml/gpu-partitioning";
/** The node that is the runner's machine. */
const HERE = "gpu-1";

let act: string;
let nodes: GpuNodes;
let folder: string;
let kubeconfig: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "examples-mig-"));
  [{ act }, nodes] = await Promise.all([ensureTools(["act"]), startGpuNodes()]);
  await nodes.add([
    { name: HERE, gpus: [{}, {}] },
    { name: "gpu-2", gpus: [{}] },
  ]);
  kubeconfig = readFileSync(nodes.cluster.kubeconfig, "utf8");
  const repository = join(folder, "repository");
  mkdirSync(join(repository, ".github/workflows"), { recursive: true });
  cpSync(EXAMPLE, join(repository, WORKFLOW));
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b.example", ...args], { cwd: repository });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-q", "-m", "start");
});
afterAll(async () => {
  await nodes?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function run(options: Partial<ActOptions>): Promise<ActRun> {
  const ended = await runWorkflow(act, {
    ...{ workflow: WORKFLOW, repository: join(folder, "repository"), scratch: folder },
    secrets: { KUBECONFIG: kubeconfig },
    // kubectl is on the PATH already.
    standIns: ["setup-clearml-helm"],
    env: {
      PATH: [NVIDIA_SMI_FOLDER, join(folder, "bin"), nodes.env.PATH].join(delimiter),
      NVIDIA_SMI_STATE: nodes.folder(HERE),
    },
    ...options,
  });
  const keys = kubeconfigKeys(kubeconfig);
  expect(keys).not.toEqual([]);
  expect(keys.filter((each) => ended.output.includes(each))).toEqual([]);
  return ended;
}

const modes = (node: string) => nodes.gpus(node).map(({ current }) => current);
const label = async (node: string) => (await nodes.node(node)).metadata.labels?.[LABEL];
const migSteps = ({ steps }: ActRun) =>
  steps.filter(({ action }) => action === "mig-enable").map(({ job, code }) => `${job} ${code}`);

it("switches MIG of the runner's own GPUs on, and labels its node", async () => {
  const on = await run({ inputs: { nodes: HERE } });
  expect(on.code, on.output).toBe(0);
  expect(migSteps(on)).toEqual(["gpu-runner 0"]);
  expect(modes(HERE)).toEqual(["Enabled", "Enabled"]);
  expect(await label(HERE)).toBe("mig");
  expect(modes("gpu-2")).toEqual(["Disabled"]);
});

it("changes nothing on a schedule, which needs no kubeconfig", async () => {
  const file = join(folder, "repository", WORKFLOW);
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace(/^ {2}# (schedule:\n) {2}# ( +- cron: .*\n)/m, "  $1  $2"));
  const calls = callsOf(nodes.folder(HERE)).length;
  const again = await run({ event: "schedule", secrets: {} });
  expect(again.code, again.output).toBe(0);
  expect(migSteps(again)).toEqual(["gpu-runner 0"]);
  expect(again.output).toContain("changed-gpus=0");
  const asked = callsOf(nodes.folder(HERE)).slice(calls);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((call) => /-mig /.test(call))).toEqual([]);
});

it("switches all nodes from anywhere, with a drain", async () => {
  const inputs = { where: "cluster", state: "disabled", drain: "true" };
  const off = await run({ inputs });
  expect(off.code, off.output).toBe(0);
  expect(migSteps(off)).toEqual(["cluster 0"]);
  expect([...modes(HERE), ...modes("gpu-2")]).toEqual(["Disabled", "Disabled", "Disabled"]);
  expect(await label(HERE)).toBeUndefined();
});

it("runs in an environment, and for nobody's pull request", () => {
  const { on, jobs } = parse(readFileSync(EXAMPLE, "utf8")) as {
    on: Record<string, unknown>;
    jobs: Record<string, { environment?: string }>;
  };
  expect(Object.keys(on)).toEqual(["workflow_dispatch"]);
  expect(Object.values(jobs).map(({ environment }) => environment)).toEqual(["gpu-nodes", "gpu-nodes"]);
});
