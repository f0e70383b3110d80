import { describe, expect, it } from "vitest";
import type { Exec } from "../../../../src/core/exec.ts";
import { scanMig } from "../../../../src/drift/mig/scan.ts";
import type { ComponentUse, Environment } from "../../../../src/environment/model.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { RefusedError } from "../../../../src/kubernetes/refusals.ts";
import { MEMORY } from "../../../../src/mig/drain/memory.ts";

const LABEL = { "cdmo.clear.ml/gpu-partitioning": "mig" };
const PRESENT = { "nvidia.com/gpu.present": "true" };
const NODES = "/api/v1/nodes";
const PODS = "/api/v1/pods";
const POLICIES = "/apis/nvidia.com/v1/clusterpolicies";

interface World {
  /** Enabled components of the environment. */
  components?: string[];
  /** Labels of the nodes by name. */
  nodes?: Readonly<Record<string, Record<string, string>>>;
  annotations?: Readonly<Record<string, string>>;
  /** By node: what nvidia-smi prints of each GPU (`Enabled|Disabled`), or kubectl's last line. */
  gpus?: Readonly<Record<string, string[] | string>>;
  policies?: object[];
  refused?: string[];
}

const smi = (modes: readonly string[]) =>
  modes
    .map(
      (each, index) =>
        `${index}, NVIDIA H100 80GB HBM3, GPU-${index}, 00000000:0${index}:00.0, ${each.replace("|", ", ")}\n`,
    )
    .join("");

async function scanned({
  components = ["dynamic-mig-operator"],
  nodes = {},
  annotations = {},
  gpus = {},
  policies = [],
  refused = [],
}: World) {
  const asked: string[] = [];
  const list = async (path: string): Promise<KubernetesObject[]> => {
    asked.push(path);
    if (refused.includes(path))
      throw new RefusedError({ message: `${path} is forbidden`, hint: "ask" }, 403, "Forbidden");
    if (path === POLICIES) return policies as KubernetesObject[];
    if (path === NODES)
      return Object.entries(nodes).map(([name, labels]) => ({
        apiVersion: "v1",
        kind: "Node",
        metadata: { name, labels, annotations },
      }));
    return Object.keys(gpus).map((node) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: `plugin-${node}`,
        namespace: "gpu-operator",
        labels: { app: "nvidia-device-plugin-daemonset" },
      },
      spec: { nodeName: node, containers: [{ name: "nvidia-device-plugin" }] },
      status: {
        phase: "Running",
        containerStatuses: [{ name: "nvidia-device-plugin", state: { running: {} } }],
      },
    }));
  };
  const run: Exec["run"] = async (_, args) => {
    const pod = args[3] ?? "";
    asked.push(`exec ${pod}`);
    const answer = gpus[pod.replace("plugin-", "")] ?? "";
    return typeof answer === "string"
      ? { code: 1, stdout: "", stderr: answer }
      : { code: 0, stdout: smi(answer), stderr: "" };
  };
  const found = await scanMig({
    environment: {
      components: components.map((id) => ({ id, enabled: true }) as ComponentUse),
      lint: { failOn: "error", rules: {} },
    } as unknown as Environment,
    kubernetes: { list, listMetadata: list },
    context: { exec: { run } as Exec, signal: new AbortController().signal },
  });
  return { ...found, asked };
}

const ON = "Enabled|Enabled";
const OFF = "Disabled|Disabled";

describe("the label against the GPUs", () => {
  it.each<[string, string[], string]>([
    ["lost after a reboot", [OFF, OFF], "GPU 0, 1: off"],
    ["one is off", [ON, OFF, ON], "GPU 1: off"],
    ["one waits", [ON, "Disabled|Enabled"], "GPU 1: waits to switch on"],
    ["one will go off", [ON, "Enabled|Disabled"], "GPU 1: waits to switch off"],
    ["one knows no MIG", [ON, "[N/A]|[N/A]"], "GPU 1: no MIG"],
    ["several", [OFF, "Disabled|Enabled", OFF, ON], "GPU 0, 2: off; GPU 1: waits to switch on"],
  ])("is not true: %s", async (_, modes, actual) => {
    const { findings, unread } = await scanned({ nodes: { "gpu-1": LABEL }, gpus: { "gpu-1": modes } });
    expect(findings).toEqual([
      {
        class: "mig",
        component: "dynamic-mig-operator",
        object: { apiVersion: "v1", kind: "Node", name: "gpu-1" },
        expected: `MIG on for ${modes.length} GPUs`,
        actual,
        upgradeRepairs: false,
        message: `node gpu-1 is labelled for CDMO, but MIG is not on for all of its GPUs: ${actual}`,
        hint: expect.stringMatching(
          /`nodes: gpu-1`|kubectl label node gpu-1 cdmo\.clear\.ml\/gpu-partitioning-/,
        ),
      },
    ]);
    expect(unread).toEqual([]);
  });

  it("is true of GPUs that are on, whatever they are cut into", async () => {
    const nodes = { a: { ...LABEL, "nvidia.com/mig-1g.10gb.count": "3" }, b: LABEL };
    const { findings, unread, notes } = await scanned({ nodes, gpus: { a: [ON, ON], b: [ON] } });
    expect([findings, unread, notes]).toEqual([[], [], []]);
  });

  it("is missed where all GPUs are on", async () => {
    const { findings } = await scanned({
      nodes: { a: PRESENT, b: PRESENT },
      gpus: { a: [ON, ON], b: [ON, OFF] },
    });
    expect(findings).toMatchObject([
      {
        object: { name: "a" },
        path: "/metadata/labels/cdmo.clear.ml~1gpu-partitioning",
        expected: "mig",
        message: "MIG is on for every GPU of node a, but it lacks CDMO's label: nobody partitions them",
        hint: expect.stringContaining("`label: true`"),
      },
    ]);
  });

  it("is not missed where NVIDIA's MIG manager partitions, and where no GPU has MIG", async () => {
    const nodes = {
      a: { ...PRESENT, "nvidia.com/mig.config": "all-1g.10gb" },
      b: { ...PRESENT, "nvidia.com/mig.capable": "false" },
      c: {},
    };
    const { findings, asked } = await scanned({ nodes, gpus: { a: [ON], b: [ON], c: [ON] } });
    expect(findings).toEqual([]);
    expect(asked.filter((each) => each.startsWith("exec"))).toEqual([]);
  });
});

describe("what is looked at", () => {
  it("is the labels of nodes alone where nobody knows CDMO", async () => {
    const { findings, asked } = await scanned({
      components: ["redis"],
      nodes: { a: PRESENT },
      gpus: { a: [ON] },
    });
    expect(findings).toEqual([]);
    expect(asked).toEqual([NODES]);
  });

  it("is a labelled node also where the environment has no CDMO", async () => {
    const nodes = { a: LABEL, b: PRESENT };
    const { findings } = await scanned({ components: [], nodes, gpus: { a: [OFF], b: [ON] } });
    expect(findings.map(({ object }) => object?.name)).toEqual(["a"]);
  });
});

describe("what could not be asked", () => {
  const forbidden =
    'Error from server (Forbidden): pods "plugin-a" is forbidden: cannot create resource "pods/exec"';

  it("is told once for all nodes that this account may not ask", async () => {
    const nodes = { "gpu-1": LABEL, "gpu-2": LABEL, "gpu-3": LABEL };
    const gpus = { "gpu-1": forbidden, "gpu-2": forbidden, "gpu-3": [OFF] };
    const { findings, unread } = await scanned({ nodes, gpus });
    expect(findings.map(({ object }) => object?.name)).toEqual(["gpu-3"]);
    expect(unread).toEqual([
      { scope: "MIG modes of gpu-1, gpu-2", reason: expect.stringMatching(/forbidden.*`pods\/exec`/) },
    ]);
  });

  it("is judged by the labels of GPU feature discovery as far as they go", async () => {
    const nodes = {
      a: { ...LABEL, "nvidia.com/mig.capable": "false" },
      b: { ...LABEL, "nvidia.com/mig.capable": "true" },
    };
    const { findings, unread } = await scanned({ nodes, refused: [PODS] });
    expect(findings).toMatchObject([{ object: { name: "a" }, actual: "nvidia.com/mig.capable=false" }]);
    expect(unread).toEqual([{ scope: "MIG modes of a, b", reason: `${PODS} is forbidden; ask` }]);
  });

  it("is a node without a pod, a GPU that does not answer, and a node that is being changed", async () => {
    expect((await scanned({ nodes: { a: LABEL } })).unread).toEqual([
      { scope: "MIG modes of a", reason: expect.stringContaining("the GPU operator has no pod there") },
    ]);
    const lost = await scanned({
      nodes: { a: LABEL },
      gpus: { a: [ON, "[GPU is lost]|[GPU is lost]", OFF] },
    });
    expect(lost.unread).toMatchObject([{ scope: "MIG mode of GPU 1 of node a" }]);
    expect(lost.findings).toMatchObject([{ actual: "GPU 2: off" }]);
    const changing = await scanned({
      nodes: { a: LABEL },
      gpus: { a: [OFF] },
      annotations: { [MEMORY]: "{}" },
    });
    expect(changing.findings).toEqual([]);
    expect(changing.unread).toMatchObject([
      { scope: "MIG modes of a", reason: expect.stringContaining("mig-enable") },
    ]);
  });

  it("is labels of nodes: worth a note where nothing says that there is MIG", async () => {
    const told = await scanned({ refused: [NODES] });
    expect(told.unread).toEqual([{ scope: "labels of nodes for MIG", reason: `${NODES} is forbidden; ask` }]);
    const silent = await scanned({ components: ["redis"], refused: [NODES] });
    expect(silent).toMatchObject({ unread: [], notes: [expect.stringContaining("is forbidden")] });
  });
});

describe("the GPU operator's settings", () => {
  const policy = (spec: object) => ({
    apiVersion: "nvidia.com/v1",
    kind: "ClusterPolicy",
    metadata: { name: "p" },
    spec,
  });
  const RIGHT = { migManager: { enabled: false }, mig: { strategy: "mixed" } };
  const WRONG = { migManager: { enabled: true }, mig: { strategy: "single" } };

  it("are those that CDMO needs", async () => {
    expect((await scanned({ policies: [policy(RIGHT)] })).findings).toEqual([]);
    expect((await scanned({ policies: [policy(WRONG)] })).findings).toMatchObject([
      {
        class: "mig",
        message: expect.stringContaining("`migManager.enabled` is `true`"),
        upgradeRepairs: false,
      },
      { class: "mig", message: expect.stringContaining("`mig.strategy` is `single`") },
    ]);
  });

  it("are a note where only a label speaks of CDMO, and are not said twice of a release of ours", async () => {
    const nodes = { a: LABEL };
    const labelled = await scanned({ components: [], nodes, gpus: { a: [ON] }, policies: [policy(WRONG)] });
    expect(labelled.findings).toEqual([]);
    expect(labelled.notes).toHaveLength(2);
    const ours = await scanned({
      components: ["dynamic-mig-operator", "gpu-operator"],
      policies: [policy(WRONG)],
    });
    expect(ours.findings).toEqual([]);
    expect(ours.asked).not.toContain(POLICIES);
  });

  it("that may not be read are said so", async () => {
    expect((await scanned({ refused: [POLICIES] })).unread).toEqual([
      { scope: "settings of the GPU operator (ClusterPolicies)", reason: `${POLICIES} is forbidden; ask` },
    ]);
  });
});
