import { describe, expect, it } from "vitest";
import { kindOfPod, type Pod, type PodKind, usesGpu } from "../../../../src/mig/drain/pods.ts";

function pod(parts: { metadata?: object; spec?: object; status?: object }): Pod {
  const metadata = { name: "a", namespace: "ml", ...parts.metadata };
  return { apiVersion: "v1", kind: "Pod", ...parts, metadata } as Pod;
}

const owner = (kind: string, controller = true) => ({
  metadata: { ownerReferences: [{ kind, name: "x", uid: "1", controller }] },
});

describe("kindOfPod", () => {
  const mirror = { metadata: { annotations: { "kubernetes.io/config.mirror": "abc" } } };
  it.each<[string, PodKind, Parameters<typeof pod>[0]]>([
    ["a pod of the agent's", "bare", {}],
    ["one whose owner only cleans up behind it", "bare", owner("ConfigMap", false)],
    ["a Deployment's", "owned", owner("ReplicaSet")],
    ["a Job's", "owned", owner("Job")],
    ["one of a kind that nobody knows", "owned", owner("PyTorchJob")],
    ["a DaemonSet's", "daemon", owner("DaemonSet")],
    ["a static pod", "mirror", mirror],
    ["a static pod by its owner", "mirror", owner("Node")],
    ["a static pod that has ended", "mirror", { ...mirror, status: { phase: "Failed" } }],
    ["a task that has ended well", "finished", { status: { phase: "Succeeded" } }],
    ["a Job's pod that has failed", "finished", { ...owner("Job"), status: { phase: "Failed" } }],
    ["one that has not started", "bare", { status: { phase: "Pending" } }],
    ["one on a node that does not answer", "owned", { ...owner("ReplicaSet"), status: { phase: "Unknown" } }],
  ])("%s is %s", (_, kind, parts) => expect(kindOfPod(pod(parts))).toBe(kind));
});

describe("usesGpu", () => {
  const limits = (amounts: object) => ({ containers: [{}, { resources: { limits: amounts } }] });
  const visible = (more: object) => ({
    containers: [{ env: [{ name: "NVIDIA_VISIBLE_DEVICES", ...more }] }],
  });
  it.each<[string, boolean, object]>([
    ["nothing", false, { containers: [{}] }],
    ["processors", false, limits({ cpu: 4, memory: "1Gi" })],
    ["a GPU", true, limits({ "nvidia.com/gpu": "1" })],
    ["a number of GPUs", true, limits({ "nvidia.com/gpu": 8 })],
    ["no GPU", false, limits({ "nvidia.com/gpu": "0" })],
    ["a slice", true, limits({ "nvidia.com/mig-3g.20gb": "1" })],
    ["a fraction", true, limits({ "clear.ml/fraction-1": "0.5" })],
    ["another resource of ClearML", false, limits({ "clear.ml/other": "1" })],
    ["another maker's GPU", false, limits({ "amd.com/gpu": "1" })],
    ["a request alone", true, { containers: [{ resources: { requests: { "nvidia.com/gpu": "1" } } }] }],
    ["a GPU to begin with", true, { initContainers: [{ resources: { limits: { "nvidia.com/gpu": "1" } } }] }],
    ["NVIDIA's runtime", true, { runtimeClassName: "nvidia", containers: [{}] }],
    ["a form of NVIDIA's runtime", true, { runtimeClassName: "nvidia-cdi", containers: [{}] }],
    ["another runtime", false, { runtimeClassName: "kata-nvidia", containers: [{}] }],
    ["all devices", true, visible({ value: "all" })],
    ["one device", true, visible({ value: "0" })],
    ["no devices", false, visible({ value: "void" })],
    ["the tools alone", false, visible({ value: "none" })],
    ["an empty list of devices", false, visible({ value: "" })],
    ["devices that only the node knows", true, visible({ valueFrom: { fieldRef: {} } })],
    [
      "all devices, taken back further down",
      false,
      {
        containers: [
          {
            env: [
              { name: "NVIDIA_VISIBLE_DEVICES", value: "all" },
              { name: "NVIDIA_VISIBLE_DEVICES", value: "void" },
            ],
          },
        ],
      },
    ],
  ])("a pod that asks for %s: %s", (_, uses, spec) => expect(usesGpu(pod({ spec }))).toBe(uses));

  it("is not said of a pod without a spec", () => expect(usesGpu(pod({}))).toBe(false));
});
