import pLimit from "p-limit";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors.ts";
import type { Environment } from "../../environment/model.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";
import { resourcePath } from "../../kubernetes/objects.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import { memoryOf } from "../../mig/drain/memory.ts";
import { type Gpu, isLabelled } from "../../mig/model.ts";
import { NoAnswerError } from "../../mig/no-answer.ts";
import { type FoundTarget, findTargets, noTarget } from "../../mig/nodes/targets.ts";
import { queryGpus } from "../../mig/nvidia-smi/query.ts";
import { execSmi } from "../../mig/transport/exec.ts";
import { type Found, NOTHING, together, type Unread } from "../model.ts";
import { unreadFor } from "../unread.ts";
import { type GpuNode, judgeLabels, judgeNode, mayLackLabel, namesOf } from "./judge.ts";
import { scanPolicy } from "./policy.ts";

/** Nodes asked at a time; each is a process of kubectl here. */
const PARALLEL = 16;
/** Set by GPU feature discovery on every node with an NVIDIA GPU. */
const PRESENT = "nvidia.com/gpu.present";

/** What of a scan this needs. */
export interface MigScan {
  environment: Environment;
  kubernetes: Pick<Kubernetes, "list" | "listMetadata">;
  context: Pick<Context, "exec" | "signal">;
}

/**
 * Whether the label that hands a node to the dynamic MIG operator is true of its GPUs, and whether the GPU operator lets
 * it work. Nothing is asked of GPUs where neither the environment nor a node knows that operator.
 */
export async function scanMig(scan: MigScan): Promise<Found> {
  const hasCdmo = isEnabled(scan.environment, "dynamic-mig-operator");
  let all: readonly GpuNode[];
  try {
    all = await scan.kubernetes.listMetadata(resourcePath("v1", "Node"));
  } catch (thrown) {
    const told = unreadFor("labels of nodes for MIG", thrown);
    // Nobody has said that there is any MIG here.
    return hasCdmo
      ? { ...NOTHING, unread: [told] }
      : { ...NOTHING, notes: [`${told.scope}: ${told.reason}`] };
  }
  const labelled = all.filter(isLabelled);
  if (!hasCdmo && labelled.length === 0) return NOTHING;
  const others = hasCdmo
    ? all.filter(
        (node) => !isLabelled(node) && node.metadata.labels?.[PRESENT] === "true" && mayLackLabel(node),
      )
    : [];
  return together(await Promise.all([scanNodes(scan, [...labelled, ...others]), scanPolicy(scan, labelled)]));
}

async function scanNodes(scan: MigScan, nodes: readonly GpuNode[]): Promise<Found> {
  const atWork = nodes.filter(isAtWork);
  const quiet = nodes.filter((node) => !isAtWork(node));
  if (quiet.length === 0) return { ...NOTHING, unread: atWorkUnread(atWork) };
  const targets = await targetsOf(scan);
  const slot = pLimit(PARALLEL);
  const asked = await Promise.all(
    quiet.map((node) => slot(async () => ({ node, answer: await ask(scan, targets, node.metadata.name) }))),
  );
  const judged = asked.flatMap(({ node, answer }) =>
    Array.isArray(answer) ? [judgeNode(node, answer)] : [],
  );
  const silent = asked.flatMap(({ node, answer }) =>
    answer instanceof UserError ? [{ node, error: answer }] : [],
  );
  return {
    findings: [
      ...judged.flatMap(({ finding }) => finding ?? []),
      ...silent.flatMap(({ node }) => judgeLabels(node) ?? []),
    ],
    unread: [
      ...atWorkUnread(atWork),
      ...judged.flatMap(({ unread }) => unread ?? []),
      ...silentUnread(silent),
    ],
    notes: [],
  };
}

type Targets = ReadonlyMap<string, FoundTarget | NoAnswerError> | UserError;

/** Where nvidia-smi can be run; the refusal, when that cannot be told for any node. */
async function targetsOf({ kubernetes }: MigScan): Promise<Targets> {
  try {
    return await findTargets(kubernetes, { drain: false });
  } catch (thrown) {
    if (thrown instanceof RefusedError) return thrown;
    throw thrown;
  }
}

async function ask({ context }: MigScan, targets: Targets, name: string): Promise<Gpu[] | UserError> {
  if (targets instanceof UserError) return targets;
  const target = targets.get(name) ?? noTarget(name);
  if (target instanceof UserError) return target;
  try {
    return await queryGpus(execSmi(context, target));
  } catch (thrown) {
    if (thrown instanceof UserError) return thrown;
    throw thrown;
  }
}

/** One entry for all nodes that did not answer for one reason; an account without the right is told so once. */
function silentUnread(silent: readonly { node: GpuNode; error: UserError }[]): Unread[] {
  const alike = Map.groupBy(silent, ({ error }) =>
    error instanceof NoAnswerError && /forbidden/i.test(error.message) ? "forbidden" : error.message,
  );
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    return first ? [unreadFor(`MIG modes of ${namesOf(group.map(({ node }) => node))}`, first.error)] : [];
  });
}

/** A run of mig-enable notes on the node what it was like; until it is done, label and modes may differ. */
function isAtWork(node: GpuNode): boolean {
  return memoryOf({ apiVersion: "v1", kind: "Node", ...node }) !== undefined;
}

function atWorkUnread(nodes: readonly GpuNode[]): Unread[] {
  if (nodes.length === 0) return [];
  const reason =
    "a run of mig-enable is at work there, or has died there: the next run of mig-enable ends it";
  return [{ scope: `MIG modes of ${namesOf(nodes)}`, reason }];
}

function isEnabled({ components }: Environment, wanted: string): boolean {
  return components.some(({ id, enabled }) => id === wanted && enabled);
}
