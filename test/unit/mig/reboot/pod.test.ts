import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { judgeRebootPod, rebootPod } from "../../../../src/mig/reboot/pod.ts";

describe("the pod that reboots a node", () => {
  const pod = rebootPod({
    namespace: "ops",
    image: "registry.example.com/busybox:1",
    node: "gpu-1",
    boot: "b-1",
    timeoutMs: 90_500,
  });
  const spec = pod.spec as {
    nodeName: string;
    tolerations: object[];
    restartPolicy: string;
    activeDeadlineSeconds: number;
    containers: { command: string[]; env: object[]; securityContext: object; volumeMounts: object[] }[];
    volumes: object[];
  };

  it("needs no scheduler, and is not kept off by taints", () => {
    expect(pod.metadata).toMatchObject({ name: "clearml-actions-reboot-gpu-1", namespace: "ops" });
    expect(spec.nodeName).toBe("gpu-1");
    expect(spec.tolerations).toEqual([{ operator: "Exists" }]);
  });

  it("reboots through the node's own systemd, and only the boot that is meant", () => {
    expect(spec.restartPolicy).toBe("Never");
    expect(spec.activeDeadlineSeconds).toBe(91);
    expect(spec.containers[0]?.securityContext).toEqual({ privileged: true });
    expect(spec.containers[0]?.volumeMounts).toEqual([{ name: "host", mountPath: "/host" }]);
    expect(spec.volumes).toEqual([{ name: "host", hostPath: { path: "/" } }]);
    expect(spec.containers[0]?.env).toEqual([{ name: "BOOT_ID", value: "b-1" }]);
  });
});

describe("what the kubelet says of it", () => {
  const withStatus = (status: object) => ({ status }) as unknown as KubernetesObject;
  const container = (state: object, phase = "Pending") => ({ phase, containerStatuses: [{ state }] });
  const waiting = (reason: string, message?: string) => container({ waiting: { reason, message } });
  const ended = (exitCode: number, message?: string) =>
    container({ terminated: { exitCode, reason: "Error", message } }, "Failed");

  it.each<[string, object, string]>([
    ["nothing yet", {}, "waiting"],
    ["it is pending", { phase: "Pending" }, "waiting"],
    ["its container is made", waiting("ContainerCreating"), "waiting"],
    ["it runs", container({ running: {} }, "Running"), "begun"],
    ["systemd has taken the order", container({ terminated: { exitCode: 0 } }, "Succeeded"), "begun"],
    ["the shutdown has ended it", ended(143), "begun"],
    ["the kubelet has ended it for the shutdown", { phase: "Failed", reason: "Terminated" }, "begun"],
    ["the node is going down already", { phase: "Failed", reason: "NodeShutdown" }, "begun"],
    ["its image cannot be had now", waiting("ErrImagePull", "429"), "stuck"],
    ["its image cannot be had for a while", waiting("ImagePullBackOff"), "stuck"],
    ["its image has a name that is none", waiting("InvalidImageName"), "failed"],
    ["its container cannot be made", waiting("CreateContainerError"), "failed"],
    ["systemctl has refused", ended(1, "Failed to connect to bus"), "failed"],
    ["the node has refused it", { phase: "Failed", reason: "OutOfpods" }, "failed"],
  ])("%s", (_, status, state) => {
    expect(judgeRebootPod(withStatus(status)).state).toBe(state);
  });

  it.each<[object, string]>([
    [ended(1, "Failed to connect to bus\n"), "exit code 1: Failed to connect to bus"],
    [ended(127), "exit code 127: Error"],
    [waiting("ErrImagePull", "not found"), "ErrImagePull: not found"],
    [{ phase: "Failed", reason: "OutOfpods", message: "too many" }, "OutOfpods: too many"],
    [{ phase: "Failed" }, "the kubelet does not say why"],
  ])("in its words: %j", (status, words) => {
    expect(judgeRebootPod(withStatus(status))).toMatchObject({ words });
  });
});
