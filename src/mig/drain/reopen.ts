import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { isLabelled, MIG_LABEL } from "../model.ts";
import { CLIENT_LABELS, PAUSED } from "./clients.ts";
import { isCordoned, MEMORY, type Memory, memoryOf, memoryPatch, type NodePatch } from "./memory.ts";
import type { Closing } from "./model.ts";
import { type Change, patchNode } from "./patch-node.ts";
import { passes } from "./waiting.ts";

/** What becomes of CDMO's label; `restore`: as it was before the run. */
export type LabelChange = "set" | "remove" | "restore";

/** A node that stays closed is worth some patience, in milliseconds; a cancelled run has seconds left. */
const PATIENCE = { most: 60_000, cancelled: 4_000, pause: 1_000 };

/**
 * Puts a closed node back in one request: its labels and its cordon as they were, CDMO's label as wanted, and nothing
 * left that says that a run is at work. Only what runs have changed is taken back: what somebody else has changed since
 * stays. Works for a cancelled run too.
 * @throws UserError when the cluster refuses it for longer than a minute; the memory is still on the node then
 */
export async function reopenNode(
  closing: Closing,
  nodeName: string,
  memory: Memory,
  label: LabelChange,
  patience = PATIENCE,
): Promise<void> {
  const started = Date.now();
  for (;;) {
    try {
      const told = await patchNode(closing, nodeName, (node) => reopening(node, memory, label));
      for (const line of told) closing.log.info(line);
      return;
    } catch (thrown) {
      const most = closing.signal.aborted ? patience.cancelled : patience.most;
      if (!passes(thrown) || Date.now() + patience.pause - started > most) throw thrown;
    }
    await sleep(patience.pause);
  }
}

/** What is patched, and what nobody can put right but a person. */
function reopening(node: KubernetesObject, memory: Memory, label: LabelChange): Change<string[]> {
  const patch = reopeningPatch(node, memory, label);
  const isEmpty = Object.keys(patch.labels ?? {}).length === 0 && patch.unschedulable === undefined;
  return { patch: isEmpty ? undefined : patch, result: doubts(node, memory) };
}

/** Everything that opening a node changes. */
export function reopeningPatch(node: KubernetesObject, memory: Memory, label: LabelChange): NodePatch {
  // Without a memory somebody has opened it before us, and a cordon is not ours any more.
  if (!memoryOf(node)) return { labels: labelPatch(node, {}, label) };
  const { labels, annotations } = memoryPatch(null);
  return {
    labels: { ...labels, ...clientsPatch(node, memory), ...labelPatch(node, memory.labels, label) },
    ...(annotations ? { annotations } : {}),
    ...(isCordoned(node) && !memory.unschedulable ? { unschedulable: null } : {}),
  };
}

function clientsPatch({ metadata }: KubernetesObject, memory: Memory): Record<string, string> {
  return Object.fromEntries(
    CLIENT_LABELS.flatMap((key) => {
      const before = memory.labels[key];
      return before !== undefined && metadata.labels?.[key] === PAUSED ? [[key, before]] : [];
    }),
  );
}

function labelPatch(
  node: KubernetesObject,
  before: Memory["labels"],
  label: LabelChange,
): Record<string, string | null> {
  const { key, value } = MIG_LABEL;
  if (label === "set") return isLabelled(node) ? {} : { [key]: value };
  if (label === "remove") return isLabelled(node) ? { [key]: null } : {};
  const taken = before[key];
  return taken !== undefined && node.metadata.labels?.[key] === undefined ? { [key]: taken } : {};
}

function doubts(node: KubernetesObject, memory: Memory): string[] {
  const { name } = node.metadata;
  if (!memory.damaged || !memoryOf(node)) return [];
  const head = `node ${name}: what was written down in its annotation ${MEMORY} is damaged; its paused clients run again, a label of CDMO is as it is now`;
  return isCordoned(node) && memory.unschedulable
    ? [`${head}, but it stays cordoned, as it is not known who cordoned it: \`kubectl uncordon ${name}\``]
    : [head];
}

/** The same by hand, for a node that could not be opened. */
export function openByHand(nodeName: string, memory: Memory): string[] {
  const labels = Object.entries(memory.labels).map(([key, value]) => `${key}=${value}`);
  return [
    ...(memory.unschedulable ? [] : [`kubectl uncordon ${nodeName}`]),
    // One after the other: as long as the label is there, the next run would put the node back itself.
    `kubectl label node ${nodeName} --overwrite ${[...labels, `${MEMORY}-`].join(" ")}`,
    `kubectl annotate node ${nodeName} ${MEMORY}-`,
  ];
}
