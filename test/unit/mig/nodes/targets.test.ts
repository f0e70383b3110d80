import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { NoAnswerError } from "../../../../src/mig/no-answer.ts";
import { chooseTarget, findTargets } from "../../../../src/mig/nodes/targets.ts";

interface Parts {
  phase?: string;
  state?: object;
  ending?: boolean;
  node?: string;
}

function pod(labels: Record<string, string>, container: string, parts: Parts = {}): KubernetesObject {
  const { phase = "Running", state = { running: {} }, ending = false, node = "gpu-1" } = parts;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${labels.app ?? "pod"}-x`,
      namespace: "gpu-operator",
      labels,
      uid: crypto.randomUUID(),
      ...(ending ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}),
    },
    spec: { nodeName: node, containers: [{ name: "config-manager" }, { name: container }] },
    status: { phase, containerStatuses: [{ name: container, state }] },
  };
}

const driver = (parts?: Parts) => pod({ app: "nvidia-driver-daemonset" }, "nvidia-driver-ctr", parts);
const validator = (parts?: Parts) =>
  pod({ app: "nvidia-operator-validator" }, "nvidia-operator-validator", parts);
const plugin = (parts?: Parts) =>
  pod({ app: "nvidia-device-plugin-daemonset" }, "nvidia-device-plugin", parts);

describe("where nvidia-smi is run", () => {
  const cases: [string, KubernetesObject[], boolean, string][] = [
    ["the driver before all others", [plugin(), validator(), driver()], false, "nvidia-driver-ctr"],
    ["a device plugin", [validator(), plugin()], false, "nvidia-device-plugin"],
    [
      "no client of the GPU where those are paused",
      [plugin(), validator()],
      true,
      "nvidia-operator-validator",
    ],
    ["the device plugin where there is nothing else", [plugin()], true, "nvidia-device-plugin"],
    ["not a pod that ends", [driver({ ending: true }), plugin()], false, "nvidia-device-plugin"],
    [
      "not a container that crashes",
      [driver({ state: { waiting: { reason: "CrashLoopBackOff" } } }), plugin()],
      false,
      "nvidia-device-plugin",
    ],
    [
      "drivers of newer operators and of OpenShift",
      [pod({ "app.kubernetes.io/component": "nvidia-driver", app: "x" }, "nvidia-driver-ctr"), plugin()],
      false,
      "nvidia-driver-ctr",
    ],
  ];
  it.each(cases)("%s", (_, pods, drain, container) => {
    expect(chooseTarget("gpu-1", pods, drain)).toMatchObject({ namespace: "gpu-operator", container });
  });

  it("tells which client must not be paused", () => {
    expect(chooseTarget("gpu-1", [plugin()], true)).toHaveProperty("client", "device-plugin");
    expect(chooseTarget("gpu-1", [driver()], true)).not.toHaveProperty("client");
  });

  it("says what stands in the way", () => {
    const pods = [
      driver({ phase: "Pending", state: {} }),
      pod({ app: "nvidia-operator-validator" }, "other"),
    ];
    const found = chooseTarget("gpu-1", pods, false);
    expect(found).toBeInstanceOf(NoAnswerError);
    expect((found as NoAnswerError).message).toBe(
      "nvidia-smi cannot be run on gpu-1: driver pod gpu-operator/nvidia-driver-daemonset-x is Pending; validator pod gpu-operator/nvidia-operator-validator-x has no container nvidia-operator-validator",
    );
  });

  it("is found for all nodes with two lists", async () => {
    const asked: string[] = [];
    const list = async (path: string, query = "") => {
      asked.push(`${path}?${decodeURIComponent(query)}`);
      return query.includes("component") ? [] : [plugin(), plugin({ node: "gpu-2" })];
    };
    const found = await findTargets({ list }, { drain: false });
    expect([...found.keys()]).toEqual(["gpu-1", "gpu-2"]);
    await findTargets({ list }, { drain: false, node: "gpu-2" });
    expect(asked).toHaveLength(4);
    expect(asked[2]).toContain("&fieldSelector=spec.nodeName=gpu-2");
  });
});
