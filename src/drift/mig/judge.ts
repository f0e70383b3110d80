import { plural } from "../../core/plural.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { type Gpu, type GpuState, isLabelled, MIG_LABEL, stateOf } from "../../mig/model.ts";
import { foldNames } from "../../mig/report/names.ts";
import { STATE_WORDS } from "../../mig/report/nodes-table.ts";
import type { Finding, Unread } from "../model.ts";
import { pointerOf } from "../objects/place.ts";

export type GpuNode = Pick<KubernetesObject, "metadata">;

/** Set by GPU feature discovery. */
const CAPABLE = "nvidia.com/mig.capable";
/** What NVIDIA's own MIG manager is to make of a node; then it is its business. */
const MIG_CONFIG = "nvidia.com/mig.config";
const WITHOUT_MIG = new Set([undefined, "", "all-disabled"]);
const COMPONENT = "dynamic-mig-operator";

/** Whether the label of a node is true of its GPUs: an upgrade changes neither. */
export function judgeNode(
  node: GpuNode,
  gpus: readonly Pick<Gpu, "index" | "current" | "pending">[],
): { finding?: Finding; unread?: Unread } {
  const states = gpus.map((gpu) => ({ index: gpu.index, state: stateOf(gpu) }));
  const unknown = states.filter(({ state }) => state === "unknown");
  const wrong = states.filter(({ state }) => state !== "on" && state !== "unknown");
  const finding = isLabelled(node)
    ? wrong.length > 0 && notOn(node, gpus.length, wrong)
    : states.length > 0 && wrong.length + unknown.length === 0 && withoutLabel(node);
  return {
    ...(finding ? { finding } : {}),
    ...(unknown.length > 0 ? { unread: notTold(node, unknown) } : {}),
  };
}

/** Whether the GPUs of a node without CDMO's label may be on with nobody to partition them. */
export function mayLackLabel({ metadata: { labels = {} } }: GpuNode): boolean {
  return labels[CAPABLE] !== "false" && WITHOUT_MIG.has(labels[MIG_CONFIG]);
}

/** What the labels of a node tell where nvidia-smi could not be run. */
export function judgeLabels(node: GpuNode): Finding | undefined {
  if (!isLabelled(node) || node.metadata.labels?.[CAPABLE] !== "false") return undefined;
  return {
    ...about(node),
    expected: "GPUs with MIG",
    actual: `${CAPABLE}=false`,
    message: `node ${node.metadata.name} is labelled for CDMO, but GPU feature discovery says that none of its GPUs has MIG`,
    hint: `take the label off: \`${unlabel(node)}\``,
  };
}

interface Told {
  index: number;
  state: GpuState;
}

function notOn(node: GpuNode, total: number, wrong: readonly Told[]): Finding {
  const { name } = node.metadata;
  const actual = statesText(wrong);
  const waits = wrong.some(({ state }) => state.startsWith("switching"));
  const lost = "from Hopper on (H100 and later) a reboot switches MIG off";
  return {
    ...about(node),
    expected: `MIG on for ${plural(total, "GPU")}`,
    actual,
    message: `node ${name} is labelled for CDMO, but MIG is not on for all of its GPUs: ${actual}`,
    hint: wrong.every(({ state }) => state === "incapable")
      ? `take the label off: \`${unlabel(node)}\``
      : `${waits ? "a reset or a reboot is waited for" : lost}: run \`mig-enable\` with \`transport: exec\`, \`nodes: ${name}\` and \`drain: true\`${waits ? ", and `reboot: allow` where a reset is not enough" : ""}; or take the label off: \`${unlabel(node)}\``,
  };
}

function withoutLabel(node: GpuNode): Finding {
  const { name } = node.metadata;
  return {
    ...about(node),
    path: pointerOf([{ field: "metadata" }, { field: "labels" }, { field: MIG_LABEL.key }]),
    expected: MIG_LABEL.value,
    message: `MIG is on for every GPU of node ${name}, but it lacks CDMO's label: nobody partitions them`,
    hint: `run \`mig-enable\` with \`transport: exec\`, \`nodes: ${name}\` and \`label: true\`, or \`state: disabled\` if MIG is not wanted there`,
  };
}

function notTold({ metadata: { name } }: GpuNode, unknown: readonly Told[]): Unread {
  const indexes = unknown.map(({ index }) => index).join(", ");
  return {
    scope: `MIG mode of GPU ${indexes} of node ${name}`,
    reason: "the GPU does not answer; `nvidia-smi` on the node and `dmesg` say why",
  };
}

function about({ metadata: { name } }: GpuNode) {
  return {
    class: "mig" as const,
    component: COMPONENT,
    object: { apiVersion: "v1", kind: "Node", name },
    upgradeRepairs: false,
  };
}

function unlabel({ metadata: { name } }: GpuNode): string {
  return `kubectl label node ${name} ${MIG_LABEL.key}-`;
}

/** `GPU 0, 1: off; GPU 3: waits to switch on`. */
function statesText(told: readonly Told[]): string {
  return [...Map.groupBy(told, ({ state }) => state)]
    .map(([state, own]) => `GPU ${own.map(({ index }) => index).join(", ")}: ${STATE_WORDS[state]}`)
    .join("; ");
}

/** Names of nodes, for what is said of several. */
export function namesOf(nodes: readonly GpuNode[]): string {
  return foldNames(nodes.map(({ metadata }) => metadata.name));
}
