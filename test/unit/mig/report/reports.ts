/** Reports of runs, for what is made of them. */
import type { GpuReport, GpuState, MigReport, NodeReport } from "../../../../src/mig/model.ts";

export const A100 = "NVIDIA A100-SXM4-80GB";
export const A30 = "NVIDIA A30";
export const H100 = "NVIDIA H100 80GB HBM3";

/** A GPU by what it was and is: `off>on`, or `on` for one that stays. */
export function gpu(states: string, parts: Partial<GpuReport> = {}): GpuReport {
  const [before, after = before] = states.split(">") as [GpuState, GpuState?];
  const index = parts.index ?? 0;
  return {
    index,
    model: A100,
    uuid: `GPU-0000000${index}`,
    bus: `00000000:${index}0:00.0`,
    before,
    after,
    chosen: true,
    ...parts,
  };
}

/** A node with as many GPUs as there are states. */
export function node(name: string, states: readonly string[], parts: Partial<NodeReport> = {}): NodeReport {
  return {
    name,
    gpus: states.map((each, index) => gpu(each, { index })),
    label: { before: false, after: true },
    lost: false,
    rebootRequired: false,
    ready: true,
    drained: false,
    rebooted: false,
    milliseconds: 4000,
    problems: [],
    ...parts,
  };
}

export function eight(states: string): string[] {
  return Array.from({ length: 8 }, () => states);
}

export function report(nodes: readonly NodeReport[], parts: Partial<MigReport> = {}): MigReport {
  return { wanted: "enabled", server: "https://10.0.0.1:6443", nodes, ...parts };
}

/** Three nodes: one changed and drained, one whose GPUs wait for a reboot, one that could not be asked. */
export function troubled(): MigReport {
  const inUse = "In use by another client";
  return report([
    node("gpu-a1", eight("off>on"), { drained: true, milliseconds: 95_000 }),
    node("gpu-a2", [], {
      gpus: eight("off>on").map((each, index) =>
        index === 3 || index === 5 ? gpu("off>switching-on", { index, reason: inUse }) : gpu(each, { index }),
      ),
      label: { before: false, after: false },
      rebootRequired: true,
      ready: false,
      drained: true,
      milliseconds: 212_000,
      problems: [
        {
          message: "node gpu-a2: GPUs 3 and 5 still wait for a reset after the node was drained",
          hint: "reboot gpu-a2, or set `reboot: allow`",
        },
      ],
    }),
    node("gpu-b1", [], {
      label: { before: true, after: true },
      ready: false,
      milliseconds: 30_000,
      problems: [
        {
          message:
            "nvidia-smi on gpu-b1 (container nvidia-driver-ctr of pod nvidia-driver-daemonset-x7k2p) has no answer: exit code 9, the NVIDIA driver is not loaded",
          hint: "look at `kubectl logs -n gpu-operator nvidia-driver-daemonset-x7k2p`",
        },
      ],
    }),
  ]);
}

/** A fleet of nodes with eight GPUs, all of them switched on. */
export function fleet(count = 64): MigReport {
  return report(
    Array.from({ length: count }, (_, index) =>
      node(`gpu-${String(index + 1).padStart(2, "0")}`, eight("off>on"), {
        milliseconds: 2000 + ((index * 37) % 50) * 100,
      }),
    ),
  );
}
