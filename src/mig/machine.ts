import { hostname } from "node:os";
import pLimit from "p-limit";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import { clusterAtHand } from "../kubernetes/at-hand.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import { changeNode } from "./change/node.ts";
import { checkCluster, type MigRun, underLock } from "./cluster.ts";
import type { MigReport, NodeReport } from "./model.ts";
import { NoAnswerError } from "./no-answer.ts";
import { silentReport } from "./nodes/ask.ts";
import { chooseGpus } from "./nodes/choose-gpus.ts";
import { thisMachine } from "./nodes/this-machine.ts";
import { queryGpus } from "./nvidia-smi/query.ts";
import type { MigOptions } from "./options.ts";
import { toldCards } from "./profiles/told.ts";
import type { AskedNode, MigSession } from "./session.ts";
import { noLocalGpu } from "./transport/local.ts";
import type { NvidiaSmi } from "./transport/model.ts";

/**
 * Changes the GPUs of this machine, and the node that it is, where a cluster is at hand.
 * @throws UserError for wrong input, a missing right, or a lock that somebody else holds; nothing is changed then
 */
export async function changeMachine(run: MigRun, smi: NvidiaSmi): Promise<MigReport> {
  const { options, context } = run;
  const kubernetes = await clusterFor(options, context);
  const node = kubernetes && (await thisMachine(kubernetes, options.nodes));
  if (options.drain && !node) throw noNodeToDrain(kubernetes);
  if (kubernetes && !node)
    context.log.info(`this machine (${hostname()}) is no node of ${kubernetes.server}: nothing is labelled`);
  await checkCluster(run, node && kubernetes, node ? [node] : [], []);
  const change = async (session: MigSession) => {
    const now = node && kubernetes ? await thisMachine(kubernetes, options.nodes) : undefined;
    const report = { wanted: options.wanted, ...server(kubernetes) };
    const asked = await askMachine(smi, now);
    if ("problems" in asked) return { ...report, nodes: [asked] };
    const goal = { chosen: chooseGpus([asked], options.gpus), wanted: options.wanted };
    const nodes = [await changeNode(session, asked, goal)];
    const cards = run.environment ? await toldCards([asked]) : new Map();
    return { ...report, nodes, cards };
  };
  // Setting the mode twice at a time does no harm; moving pods away does.
  if (options.drain && kubernetes) return underLock(run, kubernetes, change);
  return change({
    ...{ context, options, signal: context.signal, run: "" },
    ...(node && kubernetes ? { kubernetes } : {}),
    lost: new AbortController().signal,
    reboots: { namespace: "", slot: pLimit(1) },
  });
}

/**
 * The GPUs of this machine, or the report that they do not answer.
 * @throws UserError when there are none
 */
async function askMachine(
  smi: NvidiaSmi,
  node: KubernetesObject | undefined,
): Promise<AskedNode | NodeReport> {
  const name = node?.metadata.name ?? hostname();
  try {
    return { name, smi, gpus: await queryGpus(smi), ...(node ? { node } : {}) };
  } catch (thrown) {
    if (!(thrown instanceof NoAnswerError)) throw thrown;
    if (thrown.noGpu) throw noLocalGpu("nvidia-smi lists none");
    return silentReport(name, thrown, node);
  }
}

/** The cluster of the kubeconfig, where there is one and the run has any use for it. */
async function clusterFor(
  { label, drain, nodes }: MigOptions,
  context: Context,
): Promise<Kubernetes | undefined> {
  if (label === "false" && !drain && nodes.length === 0) return undefined;
  const found = await clusterAtHand(context);
  if (!("none" in found)) return found;
  context.log.info(`no node is labelled: ${found.none}`);
  return undefined;
}

function server(kubernetes: Kubernetes | undefined): { server?: string } {
  return kubernetes ? { server: kubernetes.server } : {};
}

function noNodeToDrain(kubernetes: Kubernetes | undefined): UserError {
  const why = kubernetes
    ? `this machine (${hostname()}) is no node of ${kubernetes.server}`
    : "no cluster is configured";
  return new UserError({
    message: `input \`drain: true\`: ${why}`,
    hint: "set KUBECONFIG and, where the node is not called like the machine, name it with input `nodes`; or leave `drain` out",
  });
}
