import { z } from "zod";
import { action } from "../core/action.ts";
import { choice, duration, flag, githubToken, lines, text, wholeNumber } from "../core/fields.ts";
import { ASK_ABOUT_RUNS, CHECKOUT } from "../core/token-rights.ts";
import { DEFAULT_CONFIG } from "../mig/model.ts";

export const migEnable = action({
  name: "mig-enable",
  description:
    "Switches MIG of GPUs on or off, proves it by asking again, and labels the nodes for the dynamic MIG operator",
  inputs: z.object({
    config: text("Path of the environment file; goes on without one when this is not there").prefault(
      DEFAULT_CONFIG,
    ),
    nodes: lines(
      "Names of nodes or label selectors, one per line; every node with `nvidia.com/gpu.present=true` when left out",
    ).prefault(""),
    gpus: lines(
      "Indexes, UUIDs or bus ids of GPUs, one per line or with commas; all GPUs when left out",
    ).prefault(""),
    transport: choice(
      "How nvidia-smi is reached: `exec` in pods of the nodes, `local` on this machine; `auto` takes `local` on a machine with a GPU unless `nodes` is given",
      ["auto", "exec", "local"],
    ).prefault("auto"),
    state: choice("What MIG is to be: `enabled` or `disabled`", ["enabled", "disabled"]).prefault("enabled"),
    drain: flag(
      "Move users of the GPUs away and pause the GPU operator's own before the change, and reset GPUs that wait for it",
    ).prefault("false"),
    "drain-timeout": duration("How long pods of a node may take to move away").prefault("10m"),
    "running-tasks": choice(
      "With `drain`, pods that nobody makes anew, such as running ClearML tasks: `wait` for them to end, or `evict` them",
      ["wait", "evict"],
    ).prefault("wait"),
    reboot: choice(
      "Whether nodes whose GPUs need it are rebooted, one at a time: `never`, or `allow` (needs `drain`)",
      ["never", "allow"],
    ).prefault("never"),
    "reboot-timeout": duration("How long a node may take to come back from its reboot").prefault("20m"),
    "reboot-image": text("Image with `sh` and `chroot` for the pod that reboots a node").prefault(
      "docker.io/library/busybox:1.37.0",
    ),
    label: choice(
      "CDMO's label `cdmo.clear.ml/gpu-partitioning=mig`: `true` sets it where every GPU is on, `sync` also takes it off where that is not so, `false` leaves it",
      ["true", "sync", "false"],
    ).prefault("true"),
    "max-parallel": wholeNumber("Nodes changed at a time; 16 when left out, with `drain` 1").optional(),
    "lock-timeout": duration("How long to wait for another run that changes nodes").prefault("10m"),
    "github-token": githubToken("Token to ask whether another run has ended (`actions: read`)"),
  }),
  outputs: z.object({
    "changed-gpus": z.number().meta({ description: "Number of GPUs whose mode this run has changed" }),
    nodes: z.array(z.looseObject({})).meta({
      description: "The nodes with their GPUs: states before and after, label, problems (JSON)",
    }),
    "reboot-required": z
      .boolean()
      .meta({ description: "`true` when GPUs wait for a reboot or a reset of theirs" }),
    ready: z.boolean().meta({ description: "`true` when every chosen GPU is as wanted" }),
  }),
  permissions: [CHECKOUT, ASK_ABOUT_RUNS],
  examples: [
    { does: "Enable MIG on every GPU node of the cluster", inputs: {} },
    {
      does: "Empty one node first, and reboot it if its GPUs need that",
      inputs: { nodes: "gpu-node-1", drain: true, reboot: "allow" },
    },
    { does: "Disable MIG on this machine", inputs: { transport: "local", state: "disabled" } },
  ],
  async run(inputs, context, outputs) {
    const { switchMig } = await import("../mig/run.ts");
    const { isAsWanted } = await import("../mig/change/plan.ts");
    const { nodesOutput } = await import("../mig/report/summary.ts");
    const options = {
      ...inputs,
      wanted: inputs.state,
      drainTimeoutMs: inputs["drain-timeout"],
      tasks: inputs["running-tasks"],
      rebootTimeoutMs: inputs["reboot-timeout"],
      rebootImage: inputs["reboot-image"],
      maxParallel: inputs["max-parallel"],
      lockTimeoutMs: inputs["lock-timeout"],
      githubToken: inputs["github-token"],
    };
    await switchMig(options, context, (report) => {
      const gpus = report.nodes.flatMap((node) => node.gpus);
      const changed = gpus.filter(
        ({ chosen, before, after }) =>
          chosen && !isAsWanted(before, report.wanted) && isAsWanted(after, report.wanted),
      );
      outputs["changed-gpus"] = changed.length;
      outputs.nodes = nodesOutput(report);
      outputs["reboot-required"] = report.nodes.some(({ rebootRequired }) => rebootRequired);
      outputs.ready = report.nodes.every(({ ready }) => ready);
    });
    return undefined;
  },
});
