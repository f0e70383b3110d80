import type { Problem } from "../../core/errors.ts";
import { type Gpu, type GpuReport, MIG_LABEL, type NodeReport, stateOf, type Wanted } from "../model.ts";
import type { Work } from "./node.ts";
import { isAsWanted, isWaiting } from "./plan.ts";

/**
 * What became of a node.
 * @param problems of the work; what the GPUs themselves are not is added
 */
export function nodeReport(work: Work, problems: readonly Problem[], milliseconds: number): NodeReport {
  const { asked, goal, label, drained, rebooted } = work;
  const gpus = asked.gpus.map((gpu) => gpuReport(work, gpu));
  const wrong = gpus.filter(({ chosen, after }) => chosen && !isAsWanted(after, goal.wanted));
  const waiting = wrong.filter(({ after }) => isWaiting(after, goal.wanted));
  const others = wrong.filter((gpu) => !waiting.includes(gpu));
  const ofGpus = [
    ...(waiting.length > 0 ? [waitingProblem(work, waiting)] : []),
    ...others.map((gpu) => gpuProblem(gpu, goal.wanted)),
  ];
  return {
    name: asked.name,
    gpus,
    ...(asked.node ? { label: { before: label.before, after: label.now } } : {}),
    lost: goal.wanted === "enabled" && label.before && gpus.some(({ before }) => before === "off"),
    rebootRequired: waiting.length > 0,
    ready: wrong.length === 0 && problems.length === 0,
    ...{ drained, rebooted, milliseconds },
    // After a failure on the way the GPUs are not to blame.
    problems: problems.length > 0 ? problems : ofGpus,
    warnings: labelWarnings(work, gpus),
  };
}

function gpuReport({ changed, goal }: Work, gpu: Gpu): GpuReport {
  const { index, model, uuid, bus } = gpu;
  const now = changed.gpus.find((each) => each.uuid === uuid);
  const after = now ? stateOf(now) : "unknown";
  const chosen = goal.chosen.has(uuid);
  const isMissing = !now && changed.gpus.length > 0;
  const words = isMissing ? "nvidia-smi does not list it any more" : changed.words.get(uuid);
  return {
    ...{ index, model, uuid, bus, chosen, after },
    before: stateOf(gpu),
    ...(words !== undefined && chosen && !isAsWanted(after, goal.wanted) ? { reason: words } : {}),
  };
}

function waitingProblem({ session, goal, rebooted }: Work, waiting: readonly GpuReport[]): Problem {
  const { drain, reboot } = session.options;
  const which = waiting.map(({ index }) => index).join(", ");
  const word = goal.wanted === "enabled" ? "on" : "off";
  const [said] = waiting.flatMap(({ reason }) => reason ?? []);
  const message = `GPU ${which}: MIG will be ${word} after a ${drain ? "reboot" : "reset or a reboot"}${rebooted ? ", and still waits after one" : ""}${said ? ` (${said})` : ""}`;
  if (rebooted)
    return { message, hint: "look at the driver's log on the node (`dmesg`), and at the GPU's firmware" };
  if (!drain) {
    return {
      message,
      hint: "set `drain: true`, which moves users of the GPUs away and resets them, or reboot the node; then run this again",
    };
  }
  return {
    message,
    hint:
      reboot === "allow"
        ? "run this again"
        : "reboot the node and run this again, or set `reboot: allow`, which does it node by node",
  };
}

/** A GPU that is neither as wanted nor about to be. */
function gpuProblem({ index, model, after, reason }: GpuReport, wanted: Wanted): Problem {
  const which = `GPU ${index} (${model})`;
  const said = reason ? `: ${reason}` : "";
  if (after === "incapable") {
    return {
      message: `${which} knows no MIG${said}`,
      hint: "leave it out with input `gpus`, or leave out the node; a node with such a GPU is never labelled",
    };
  }
  if (after === "unknown") {
    return {
      message: `it is not known whether MIG is ${wanted} on ${which}${said}`,
      hint: "look at `nvidia-smi` and `dmesg` on the node; a GPU that has fallen off the bus needs a reboot, or a repair",
    };
  }
  return {
    message: `MIG is not ${wanted} on ${which}: it is ${after}${said}`,
    hint: "see what nvidia-smi says; users of the GPU can be moved away with `drain: true`",
  };
}

/** Where the label says otherwise than the GPUs, or one that was to be set is not. */
function labelWarnings({ session, asked, goal, label }: Work, gpus: readonly GpuReport[]): Problem[] {
  const mode = session.options.label;
  const notOn = gpus.filter(({ after }) => after !== "on");
  if (!asked.node || goal.wanted === "disabled" || notOn.length === 0) return [];
  const which = notOn.map(({ index, after }) => `GPU ${index} is ${after}`).join(", ");
  if (label.now) {
    return [
      {
        message: `the label ${MIG_LABEL.key}=${MIG_LABEL.value} is not true: ${which}`,
        hint: "`label: sync` takes it off where it is not true",
      },
    ];
  }
  const isChosenOn = gpus.every(({ chosen, after }) => !chosen || after === "on");
  if (mode === "false" || !isChosenOn) return [];
  return [
    {
      message: `not labelled ${MIG_LABEL.key}=${MIG_LABEL.value}: ${which}`,
      hint: "the dynamic MIG operator needs every GPU of a node in MIG mode",
    },
  ];
}
