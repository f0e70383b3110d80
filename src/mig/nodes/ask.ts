import pLimit from "p-limit";
import { joinFailures, UserError } from "../../core/errors.ts";
import { pause } from "../../core/pause.ts";
import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import { memoryOf } from "../drain/memory.ts";
import { isLabelled, type NodeReport } from "../model.ts";
import { NoAnswerError } from "../no-answer.ts";
import { notReadyReason } from "../reboot/boot.ts";
import { type AskedNode, closingOf, type MigSession } from "../session.ts";
import { type Answering, askTarget, untilAnswering } from "./answering.ts";
import { findTargets, noTarget } from "./targets.ts";

/** Nodes asked at a time; each is a process of kubectl here. */
const PARALLEL = 16;
const POLL_MS = 3_000;

/** The nodes whose GPUs answered, and reports of those whose did not. */
export interface Asked {
  asked: AskedNode[];
  silent: NodeReport[];
}

/** Asks the GPUs of every node, many nodes at a time. */
export async function askNodes(session: MigSession, nodes: readonly KubernetesObject[]): Promise<Asked> {
  const { kubernetes } = closingOf(session);
  const { drain } = session.options;
  const slot = pLimit(PARALLEL);
  await Promise.all(nodes.filter(isRebooting).map((node) => untilReady(session, node)));
  const targets = await findTargets(kubernetes, { drain });
  const asked: AskedNode[] = [];
  const silent: NodeReport[] = [];
  const bugs: unknown[] = [];
  const ask = async (node: KubernetesObject) => {
    const { name } = node.metadata;
    try {
      const target = targets.get(name) ?? noTarget(name);
      const answering = await askTarget(session, target).catch((thrown: unknown) =>
        again(session, node, thrown),
      );
      asked.push({ name, node, ...answering });
    } catch (thrown) {
      if (thrown instanceof UserError) silent.push(silentReport(name, thrown, node));
      else bugs.push(thrown);
    }
  };
  await Promise.all(nodes.map((node) => slot(() => ask(node))));
  if (bugs.length > 0) throw joinFailures(bugs);
  const order = new Map(nodes.map(({ metadata }, index) => [metadata.name, index]));
  const place = ({ name }: { name: string }) => order.get(name) ?? 0;
  return {
    asked: asked.sort((a, b) => place(a) - place(b)),
    silent: silent.sort((a, b) => place(a) - place(b)),
  };
}

/** An earlier run may have died after it had rebooted the node: then its driver is still being loaded. */
async function again(session: MigSession, node: KubernetesObject, thrown: unknown): Promise<Answering> {
  const { reboot, rebootTimeoutMs } = session.options;
  const mayBeStarting = thrown instanceof NoAnswerError && reboot === "allow" && memoryOf(node);
  if (!mayBeStarting) throw thrown;
  const { name } = node.metadata;
  return untilAnswering(session, name, {
    deadline: Date.now() + rebootTimeoutMs,
    tell: (line) => session.context.log.info(`${name}: ${line}`),
  });
}

/** The report of a node that could not be asked. */
export function silentReport(name: string, error: UserError, node: KubernetesObject | undefined): NodeReport {
  const label = node && isLabelled(node);
  return {
    name,
    gpus: [],
    ...(label === undefined ? {} : { label: { before: label, after: label } }),
    ...{ lost: false, rebootRequired: false, ready: false, drained: false, rebooted: false },
    milliseconds: 0,
    problems: error.problems,
  };
}

/** Whether a run that has ended since has told this node to reboot, and it is not back. */
function isRebooting(node: KubernetesObject): boolean {
  return memoryOf(node) !== undefined && notReadyReason(node) !== undefined;
}

/** Waits for a node that an earlier run has left rebooting; not longer than a reboot may take. */
async function untilReady({ options, signal, context, kubernetes }: MigSession, node: KubernetesObject) {
  const { name } = node.metadata;
  const deadline = Date.now() + options.rebootTimeoutMs;
  context.log.info(
    `${name}: an earlier run was at work on it, and it is not ready; waiting until it is back`,
  );
  const path = resourcePath("v1", "Node", undefined, name);
  while (Date.now() < deadline && !signal.aborted) {
    const now = await kubernetes?.get(path);
    if (!now || notReadyReason(now) === undefined) return;
    await pause(POLL_MS, signal);
  }
}
