import pLimit from "p-limit";
import type { Context } from "../core/context.ts";
import type { Environment } from "../environment/model.ts";
import { github } from "../github/api.ts";
import { connectKubernetes, type Kubernetes } from "../kubernetes/api.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import { RefusedError } from "../kubernetes/refusals.ts";
import { runName } from "../lock/holder.ts";
import { acquireLock } from "../lock/lock.ts";
import { throwPreflight } from "../preflight/run.ts";
import { changeNode } from "./change/node.ts";
import { changeNodes } from "./change/nodes.ts";
import { leftClosed } from "./drain/memory.ts";
import type { MigReport, NodeReport } from "./model.ts";
import { askNodes } from "./nodes/ask.ts";
import { chooseGpus } from "./nodes/choose-gpus.ts";
import { selectNodes } from "./nodes/select.ts";
import { findTargets } from "./nodes/targets.ts";
import type { MigOptions } from "./options.ts";
import { migPreflight } from "./preflight/preflight.ts";
import { toldCards } from "./profiles/told.ts";
import { endLeftReboot } from "./reboot/left.ts";
import { closingOf, type MigSession } from "./session.ts";

/** Where the GPU operator is unless the environment says otherwise. */
const OPERATOR_NAMESPACE = "gpu-operator";

/** What a run is made for, whichever way nvidia-smi is reached. */
export interface MigRun {
  options: MigOptions;
  environment: Environment | undefined;
  context: Context;
}

/**
 * Changes nodes of the cluster through `kubectl exec`.
 * @throws UserError for wrong input, a missing right, or a lock that somebody else holds; nothing is changed then
 */
export async function changeCluster(run: MigRun): Promise<MigReport> {
  const { options, environment, context } = run;
  const kubernetes = await connectKubernetes(context);
  const nodes = await selectNodes(kubernetes, options.nodes);
  await checkCluster(run, kubernetes, nodes, await execNamespaces(kubernetes, nodes));
  return underLock(run, kubernetes, async (session) => {
    const left = await leftClosed(kubernetes);
    const { namespace } = session.reboots;
    await Promise.all(left.map((node) => endLeftReboot(closingOf(session), node, namespace)));
    const names = new Set(nodes.map(({ metadata }) => metadata.name));
    const others = left.filter(({ metadata }) => !names.has(metadata.name));
    // Another run may have been at work while this one waited for the lock.
    const now = await selectNodes(kubernetes, options.nodes);
    const { asked, silent } = await askNodes(session, now);
    const chosen = chooseGpus(asked, options.gpus);
    await reopenOthers(session, others);
    const changed = await changeNodes(session, asked, { chosen, wanted: options.wanted });
    const order = new Map(now.map(({ metadata }, index) => [metadata.name, index]));
    const place = ({ name }: NodeReport) => order.get(name) ?? 0;
    const reports = [...changed, ...silent].sort((a, b) => place(a) - place(b));
    const cards = environment ? await toldCards(asked) : new Map();
    return { wanted: options.wanted, server: kubernetes.server, nodes: reports, cards };
  });
}

/** Where nvidia-smi will be run; undefined when that cannot be told yet. */
async function execNamespaces(
  kubernetes: Kubernetes,
  nodes: readonly KubernetesObject[],
): Promise<string[] | undefined> {
  try {
    const targets = await findTargets(kubernetes, { drain: false });
    const found = nodes.flatMap(({ metadata }) => targets.get(metadata.name) ?? []);
    const namespaces = found.flatMap((target) => ("namespace" in target ? [target.namespace] : []));
    return namespaces.length > 0 ? [...new Set(namespaces)] : undefined;
  } catch (thrown) {
    // The right to list pods is among those that are asked for next.
    if (thrown instanceof RefusedError && thrown.status === 403) return undefined;
    throw thrown;
  }
}

/** Looks at the settings and rights that the run rests on, and shows what it finds. */
export async function checkCluster(
  { options, environment, context }: MigRun,
  kubernetes: Kubernetes | undefined,
  nodes: readonly KubernetesObject[],
  namespaces?: readonly string[],
): Promise<void> {
  const { wanted, label, drain, reboot } = options;
  const findings = await migPreflight({
    ...{ kubernetes, environment, nodes, wanted, label, drain, execNamespaces: namespaces },
    reboot: reboot === "allow",
    namespace: operatorNamespace(environment),
  });
  throwPreflight(findings, context);
}

/** Does something while no other run changes nodes of this cluster. */
export async function underLock<T>(
  { options, environment, context }: MigRun,
  kubernetes: Kubernetes,
  work: (session: MigSession) => Promise<T>,
): Promise<T> {
  const lock = await acquireLock(context, kubernetes, {
    nodes: true,
    waitMs: options.lockTimeoutMs,
    github: github(context, options.githubToken),
  });
  try {
    return await work({
      ...{ context, options, kubernetes },
      signal: AbortSignal.any([context.signal, lock.lost]),
      lost: lock.lost,
      run: runName(context.env),
      reboots: { namespace: operatorNamespace(environment), slot: pLimit(1) },
    });
  } finally {
    // What a dead run leaves is noted on the nodes themselves.
    lock.settle();
    await lock.release();
  }
}

/** Opens nodes that dead runs have left closed and that are none of this run's: nobody else would. */
async function reopenOthers(session: MigSession, others: readonly KubernetesObject[]): Promise<void> {
  if (others.length === 0) return;
  const { log } = session.context;
  for (const { metadata } of others) log.info(`${metadata.name}: an earlier run has left it cordoned`);
  const { asked, silent } = await askNodes(session, others);
  // Nothing is changed there; the label stays only where it is true.
  const goal = { chosen: new Set<string>(), wanted: "disabled" } as const;
  const reports = await Promise.all(asked.map((each) => changeNode(session, each, goal)));
  for (const { name, problems } of [...silent, ...reports]) {
    for (const { message } of problems) log.info(`${name} stays cordoned: ${message}`);
  }
}

function operatorNamespace(environment: Environment | undefined): string {
  const use = environment?.components.find(({ id }) => id === "gpu-operator");
  return use?.namespace ?? OPERATOR_NAMESPACE;
}
