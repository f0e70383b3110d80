import { z } from "zod";
import { jsonOf } from "../../core/json.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";
import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import { isLabelled, MIG_LABEL } from "../model.ts";
import { CLIENT_LABELS, PAUSED } from "./clients.ts";

/** Name of the annotation that holds the memory, and of the label by which one list finds the nodes that have one. */
export const MEMORY = "clearml-actions/mig-change";
const UNFINISHED = "unfinished";

/** How a closed node was before, so that whoever comes next can put it back: kept on the node itself. */
export interface Memory {
  /** Somebody else had cordoned it. */
  unschedulable: boolean;
  /** Values of the labels a run may change: those of GPU clients, and CDMO's if the run takes it off. */
  labels: Readonly<Record<string, string>>;
  /** The run that closed it first. */
  run: string;
  since: string;
  /** It could not be read as it was written: what it does not tell is not known. */
  damaged?: true | undefined;
}

const KEYS: readonly string[] = [...CLIENT_LABELS, MIG_LABEL.key];

// Whoever may write annotations of nodes could otherwise have any label set, or one that the server refuses for ever.
const label = z.string().regex(/^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/);
const memorySchema = z.object({
  unschedulable: z.boolean(),
  labels: z.record(
    z.string().refine((key) => KEYS.includes(key)),
    label,
  ),
  run: z.string(),
  since: z.string(),
  damaged: z.literal(true).optional(),
});

/** As much of a damaged memory as can be told. */
const remainsSchema = z
  .object({
    unschedulable: z.boolean().optional().catch(undefined),
    labels: z.record(z.string(), z.unknown()).catch({}),
    run: z.string().catch("a run that is not known"),
    since: z.string().catch("a time that is not known"),
  })
  .catch({
    unschedulable: undefined,
    labels: {},
    run: "a run that is not known",
    since: "a time that is not known",
  });

/** What a run has written down about a node that it closed; undefined when the node is not closed by one. */
export function memoryOf(node: KubernetesObject): Memory | undefined {
  const { annotations = {}, labels = {} } = node.metadata;
  const text = annotations[MEMORY];
  if (text === undefined && labels[MEMORY] === undefined) return undefined;
  const written = jsonOf(text ?? "");
  return memorySchema.safeParse(written).data ?? remainsOf(written, node);
}

function remainsOf(written: unknown, node: KubernetesObject): Memory {
  const { unschedulable, labels: told, ...who } = remainsSchema.parse(written);
  const labels: Record<string, string> = {};
  for (const key of KEYS) {
    const value = label.safeParse(told[key]).data;
    if (value !== undefined) labels[key] = value;
    // NVIDIA's own tool writes `true` over it as well; `false` is never paused.
    else if (node.metadata.labels?.[key] === PAUSED) labels[key] = "true";
  }
  // Nobody knows who cordoned it: what somebody else may have done is not undone.
  return { unschedulable: unschedulable ?? isCordoned(node), labels, ...who, damaged: true };
}

/**
 * What to write down about a node before it is closed. Of what a dead run has changed, the value from before that run
 * counts; what somebody else has changed since, counts as it is now.
 */
export function memoryFor(
  node: KubernetesObject,
  { unlabel, ...who }: { unlabel: boolean; run: string; since: string },
): Memory {
  const earlier = memoryOf(node);
  const now = node.metadata.labels ?? {};
  const labels: Record<string, string> = {};
  for (const key of CLIENT_LABELS) {
    // Paused, and not by one of our runs: left over from another tool, as this one works alone.
    const value = now[key] === PAUSED ? (earlier?.labels[key] ?? "true") : now[key];
    if (value !== undefined) labels[key] = value;
  }
  const ours = isLabelled(node) ? (unlabel ? MIG_LABEL.value : undefined) : earlier?.labels[MIG_LABEL.key];
  if (ours !== undefined) labels[MIG_LABEL.key] = ours;
  return {
    unschedulable: isCordoned(node) && (earlier?.unschedulable ?? true),
    labels,
    run: earlier?.run ?? who.run,
    since: earlier?.since ?? who.since,
    ...(earlier?.damaged ? { damaged: true } : {}),
  };
}

/** The part of a patch that writes a memory, or takes it away. */
export function memoryPatch(memory: Memory | null): NodePatch {
  return {
    labels: { [MEMORY]: memory && UNFINISHED },
    annotations: { [MEMORY]: memory && JSON.stringify(memory) },
  };
}

/** What of a node changes; null takes away. */
export interface NodePatch {
  labels?: Readonly<Record<string, string | null>>;
  annotations?: Readonly<Record<string, string | null>>;
  /** Null: pods are placed there again. */
  unschedulable?: true | null;
}

export function isCordoned(node: KubernetesObject): boolean {
  return (node.spec as { unschedulable?: boolean } | undefined)?.unschedulable === true;
}

/** Nodes that a run has closed and not opened again, dead or alive. */
export async function leftClosed(kubernetes: Pick<Kubernetes, "list">): Promise<KubernetesObject[]> {
  return kubernetes.list(resourcePath("v1", "Node"), `labelSelector=${encodeURIComponent(MEMORY)}`);
}
