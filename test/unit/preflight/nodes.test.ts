import { describe, expect, it } from "vitest";
import { nodes } from "../../../src/preflight/checks/nodes.ts";
import type { Look } from "../../../src/preflight/model.ts";
import { parseQuantity } from "../../../src/preflight/quantity.ts";
import { type Fake, lookAt, told, use } from "./cluster.ts";

interface Shape {
  name?: string;
  ready?: string;
  spec?: object;
  capacity?: object;
  labels?: object;
  conditions?: object[];
}

const BIG = { cpu: "8", memory: "29Gi", "ephemeral-storage": "450Gi" };

function node({
  name = "n",
  ready = "True",
  spec = {},
  capacity = BIG,
  labels = {},
  conditions = [],
}: Shape = {}) {
  const state = { type: "Ready", status: ready, message: "kubelet stopped" };
  return { metadata: { name, labels }, spec, status: { capacity, conditions: [state, ...conditions] } };
}

function find(shapes: readonly Shape[], more: Partial<Look> = {}, objects: Fake["objects"] = {}) {
  const items = shapes.map((shape, index) => node({ name: `n${index + 1}`, ...shape }));
  return nodes.find(
    lookAt({ lists: { "/api/v1/nodes": items }, objects }, { uses: [use("control-plane")], ...more }),
  );
}

const GPU_TAINT = { taints: [{ key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" }] };
const tolerant = use("control-plane", { values: { apiserver: { tolerations: [{ operator: "Exists" }] } } });

describe("nodes", () => {
  it.each<[string, Shape[], Partial<Look>, RegExp[]]>([
    ["three of the recommended size", [{}, {}, {}], {}, []],
    ["a fourth one may be small", [{}, {}, {}, { capacity: { cpu: "2" } }], {}, []],
    ["two only", [{}, {}], {}, [/^warning: the cluster is smaller .* each: 2 usable nodes$/]],
    ["two are enough for tenants", [{}, {}], { uses: [use("agent")] }, []],
    [
      "one is too small",
      [{}, {}, { capacity: { ...BIG, cpu: "4" } }],
      {},
      [/3 usable nodes, too small: n3 with 4 vCPUs, 31 GB, 483 GB of disk$/],
    ],
    [
      "Windows does not count",
      [{}, {}, { labels: { "kubernetes.io/os": "windows" } }],
      {},
      [/2 usable nodes$/],
    ],
    ["none at all", [], {}, [/^error: the cluster has no node/]],
    [
      "none ready",
      [{ ready: "Unknown" }],
      {},
      [/^error: no node takes pods: n1 is not ready \(kubelet stopped\)/],
    ],
    ["all cordoned", [{ spec: { unschedulable: true } }], {}, [/^error: .* n1 is cordoned/]],
    ["all tainted", [{ spec: GPU_TAINT }], {}, [/^error: .* n1 has the taint nvidia.com\/gpu=true/]],
    ["all tainted, and tolerated", [1, 2, 3].map(() => ({ spec: GPU_TAINT })), { uses: [tolerant] }, []],
    [
      "a taint that only prefers",
      [1, 2, 3].map(() => ({ spec: { taints: [{ key: "a", effect: "PreferNoSchedule" }] } })),
      {},
      [],
    ],
    [
      "one of many in trouble",
      [{}, {}, {}, { ready: "False" }, { conditions: [{ type: "DiskPressure", status: "True" }] }],
      {},
      [/^warning: 2 nodes are in trouble: n4 is not ready \(kubelet stopped\); n5 has DiskPressure/],
    ],
  ])("%s", async (_, shapes, more, expected) => {
    const found = told(await find(shapes, more));
    expect(found).toHaveLength(expected.length);
    for (const [index, message] of expected.entries()) expect(found[index]).toMatch(message);
  });

  it("come when they are asked for, with Karpenter or on GKE", async () => {
    const [finding] = await find([], {}, { "/apis/karpenter.sh": {} });
    expect(finding).toMatchObject({ severity: "warning", hint: expect.stringContaining("can add nodes") });
  });
});

describe("GPUs", () => {
  const three = (shape: Shape) => [{}, {}, shape];
  const operator = use("gpu-operator");
  const agent = use("agent", { tenant: "acme", values: { limits: { "nvidia.com/gpu": 1 } } });
  const there = new Map([[operator, {}]]) as unknown as Look["records"];
  it.each<[string, Shape, Partial<Look>, RegExp[]]>([
    ["nobody asks", {}, { uses: [use("agent")] }, []],
    [
      "an agent asks",
      {},
      { uses: [agent] },
      [/^info: no node is known to have a GPU, which agent of acme asks for$/],
    ],
    ["the operator has not run", {}, { uses: [operator] }, [/^info: .*gpu-operator finds out when it runs/]],
    [
      "the operator has run",
      {},
      { uses: [operator], records: there },
      [/^warning: .* gpu-operator asks for$/],
    ],
    ["a label", { labels: { "nvidia.com/gpu.present": "true" } }, { uses: [agent, operator] }, []],
    ["a false label", { labels: { "nvidia.com/gpu.present": "false" } }, { uses: [agent] }, [/^info/]],
    [
      "a provider's label",
      { labels: { "cloud.google.com/gke-accelerator": "nvidia-l4" } },
      { uses: [agent] },
      [],
    ],
    [
      "NVIDIA's device on the bus",
      { labels: { "feature.node.kubernetes.io/pci-10de.present": "true" } },
      { uses: [agent] },
      [],
    ],
    ["capacity", { capacity: { ...BIG, "nvidia.com/mig-1g.10gb": "7" } }, { uses: [agent] }, []],
    ["capacity of none", { capacity: { ...BIG, "nvidia.com/gpu": "0" } }, { uses: [agent] }, [/^info/]],
  ])("%s", async (_, shape, more, expected) => {
    const found = told(await find(three(shape), more));
    expect(found).toHaveLength(expected.length);
    for (const [index, message] of expected.entries()) expect(found[index]).toMatch(message);
  });
});

it.each([
  ["8", 8],
  ["7500m", 7.5],
  ["32Gi", 34_359_738_368],
  ["500G", 5e11],
  ["129e6", 129e6],
  ["131988904Ki", 135_156_637_696],
  ["much", Number.NaN],
])("the quantity %s", (text, expected) => expect(parseQuantity(text)).toBe(expected));
