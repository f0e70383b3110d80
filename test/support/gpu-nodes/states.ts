/** Nodes in every state that nvidia-smi tells of, and what becomes of them when MIG is to be on. */
import type { GpuState } from "../../../src/mig/model.ts";
import { type Condition, type GpuSpec, setCondition } from "../nvidia-smi/state.ts";
import type { GpuNodes } from "./gpu-nodes.ts";
import type { PartName } from "./objects.ts";

export interface StateCase {
  name: string;
  gpus: readonly GpuSpec[];
  condition?: Condition;
  parts?: readonly PartName[];
  /** Whether the node carries CDMO's label before. */
  labelled?: true;
  /** What is expected afterwards: the GPUs, the label, and what is said when they are not as wanted. */
  after: readonly GpuState[];
  label: boolean;
  words?: RegExp;
  waits?: true;
  lost?: true;
}

export const CDMO_LABEL = "cdmo.clear.ml/gpu-partitioning";

const ON: GpuSpec = { current: "Enabled" };
const OFF: GpuSpec = {};
const WAITING: GpuSpec = { current: "Disabled", pending: "Enabled" };
const HELD: GpuSpec = { holders: ["python"] };
const HOPPER: GpuSpec = { arch: "hopper" };
const T4: GpuSpec = { arch: "none" };

function times<T>(count: number, each: T): T[] {
  return Array.from({ length: count }, () => each);
}

export const STATES: readonly StateCase[] = [
  { name: "on", gpus: times(4, ON), after: times(4, "on"), label: true },
  { name: "off", gpus: [OFF], after: ["on"], label: true },
  { name: "off-8", gpus: times(8, OFF), after: times(8, "on"), label: true },
  { name: "mixed", gpus: [ON, OFF, OFF, ON], after: times(4, "on"), label: true },
  { name: "waiting-free", gpus: times(4, WAITING), after: times(4, "on"), label: true },
  {
    name: "waiting-held",
    gpus: times(8, { ...WAITING, ...HELD }),
    labelled: true,
    after: times(8, "switching-on"),
    label: false,
    words: /In use by another client/,
    waits: true,
  },
  {
    name: "switching-off",
    gpus: [{ current: "Enabled", pending: "Disabled" }],
    after: ["on"],
    label: true,
  },
  {
    name: "held",
    gpus: [OFF, HELD, OFF, OFF],
    after: ["on", "switching-on", "on", "on"],
    label: false,
    words: /^GPU 1: .*In use by another client/,
    waits: true,
  },
  {
    name: "in-a-vm",
    gpus: [{ passthrough: true }],
    after: ["switching-on"],
    label: false,
    words: /Not Supported/,
    waits: true,
  },
  { name: "hopper-held", gpus: times(8, { ...HOPPER, ...HELD }), after: times(8, "on"), label: true },
  {
    name: "hopper-lost",
    gpus: times(4, HOPPER),
    labelled: true,
    after: times(4, "on"),
    label: true,
    lost: true,
  },
  {
    name: "t4",
    gpus: [T4],
    labelled: true,
    after: ["incapable"],
    label: false,
    words: /GPU 0 \(Tesla T4\) knows no MIG/,
  },
  {
    name: "mixed-models",
    gpus: [OFF, T4],
    after: ["on", "incapable"],
    label: false,
    words: /GPU 1 \(Tesla T4\)/,
  },
  {
    name: "no-mode",
    gpus: [{ current: "[Unknown Error]" }],
    labelled: true,
    after: ["unknown"],
    // Nothing is known against it.
    label: true,
    words: /GPU 0/,
  },
  {
    name: "denied",
    gpus: [OFF, OFF],
    condition: "denied",
    after: ["off", "off"],
    label: false,
    words: /Insufficient permissions/,
  },
  {
    name: "no-driver",
    gpus: [OFF],
    condition: "driver-gone",
    labelled: true,
    after: [],
    label: true,
    words: /driver is not loaded/,
  },
  {
    name: "off-the-bus",
    gpus: [OFF, { lost: true }, OFF, OFF],
    after: ["on", "unknown", "on", "on"],
    label: false,
    words: /GPU 1/,
  },
  { name: "odd-exit", gpus: times(4, OFF), condition: "odd-exit", after: times(4, "on"), label: true },
  { name: "noise", gpus: [OFF], condition: "no-persistence", after: ["on"], label: true },
  {
    name: "no-pod",
    gpus: [OFF],
    parts: [],
    after: [],
    label: false,
    words: /the GPU operator has no pod there/,
  },
];

/** Makes a node for each of them, with a label by which a run takes these alone. */
export async function addStates(world: GpuNodes, group: string): Promise<void> {
  await world.add(
    STATES.map(({ name, gpus, parts, labelled }) => ({
      name,
      gpus,
      ...(parts ? { parts } : {}),
      labels: { group, ...(labelled ? { [CDMO_LABEL]: "mig" } : {}) },
    })),
  );
  for (const { name, condition } of STATES) if (condition) setCondition(world.folder(name), condition);
}
