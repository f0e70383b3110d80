import { isPending, markFailed } from "../helm/pending.ts";
import type { ReleaseRecord } from "../helm/record.ts";
import { readReleases } from "../helm/record.ts";
import { manifestObjects } from "../kubernetes/manifest.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import type { PlannedObject, ReleaseAction } from "../plan/model.ts";
import { waitUntilReady } from "../readiness/watch.ts";
import type { TouchedRelease } from "./failure/rollback.ts";
import type { PlannedRelease } from "./plan-release.ts";
import type { ClusterSession } from "./session.ts";
import { upgradeRequest } from "./upgrade-request.ts";

/** What happened to a release. */
export interface ReleaseResult {
  planned: PlannedRelease;
  revision: number;
  /** How long Helm took, and how long its workloads needed to become ready. */
  upgradeMs: number;
  waitMs: number;
  /** The objects of its manifest. They may hold secrets: never log or store them. */
  objects: readonly KubernetesObject[];
}

const VERBS: Readonly<Record<ReleaseAction, string>> = {
  install: "installing",
  upgrade: "upgrading to",
  repair: "upgrading to",
  uninstall: "removing",
  none: "unchanged:",
};

/** Where a run notes what it has begun to change, so that it can be undone. */
export type Journal = TouchedRelease[];

/**
 * Installs or upgrades a release where its plan says so, and waits until its workloads are ready.
 * @param replaced objects to delete first, because a field of theirs cannot be changed in place
 */
export async function applyRelease(
  planned: PlannedRelease,
  cluster: ClusterSession,
  journal: Journal,
  replaced: readonly PlannedObject[] = [],
): Promise<ReleaseResult> {
  const { use, action, chartName, chartVersion, current } = planned;
  const { namespace, release } = use;
  const { context, kubernetes } = cluster;
  const started = Date.now();
  context.log.info(`${use.id}: ${VERBS[action]} ${chartName} ${chartVersion} as ${namespace}/${release}`);
  if (action !== "none") for (const object of replaced) await removeForReplacement(cluster, planned, object);
  const record = action === "none" && current ? current : await upgrade(cluster, planned, journal);
  const upgraded = Date.now();
  const objects = manifestObjects(record.manifest);
  try {
    await waitUntilReady(
      context,
      kubernetes,
      { release, namespace, objects },
      use.timeoutMs ?? cluster.timeoutMs,
    );
  } catch (thrown) {
    for (const each of journal) if (each.use === use) each.failed = true;
    throw thrown;
  }
  const waitMs = Date.now() - upgraded;
  if (action !== "none")
    context.log.info(`${use.id}: ready after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return { planned, revision: record.revision, upgradeMs: upgraded - started, waitMs, objects };
}

async function upgrade(
  cluster: ClusterSession,
  planned: PlannedRelease,
  journal: Journal,
): Promise<ReleaseRecord> {
  const { use, current, values } = planned;
  const before = current ? { before: current } : {};
  try {
    const record = await cluster.helm.upgrade(use, upgradeRequest(cluster, planned), values);
    journal.push({ use, ...before, after: { revision: record.revision }, failed: false });
    return record;
  } catch (thrown) {
    const left = await settle(cluster, planned);
    if (left && left.revision > (current?.revision ?? 0))
      journal.push({ use, ...before, after: { revision: left.revision }, failed: true });
    throw thrown;
  }
}

/**
 * What our own Helm has left of a release when it failed or was interrupted. It has ended, and nobody else may work on
 * this environment, so a revision that is still pending is marked failed at once.
 */
async function settle(
  { kubernetes }: ClusterSession,
  { use }: PlannedRelease,
): Promise<ReleaseRecord | undefined> {
  const records = await readReleases(kubernetes, use.namespace, new Set([use.release]));
  const left = records.get(use.release);
  return left && isPending(left) ? markFailed(kubernetes, left, "helm was interrupted") : left;
}

/** Kinds that can be made anew without loss; pods of a StatefulSet go on running meanwhile. */
const REPLACEABLE: Readonly<Record<string, "Orphan" | "Background">> = {
  StatefulSet: "Orphan",
  Deployment: "Background",
  DaemonSet: "Background",
  Job: "Background",
  Service: "Background",
  RoleBinding: "Background",
  ClusterRoleBinding: "Background",
  Secret: "Background",
  ConfigMap: "Background",
};

async function removeForReplacement(
  { context, kubernetes }: ClusterSession,
  { use }: PlannedRelease,
  object: PlannedObject,
): Promise<void> {
  const propagation = REPLACEABLE[object.kind];
  const { apiVersion, kind, name, namespace } = object;
  const metadata = { name, ...(namespace ? { namespace } : {}) };
  const path = await kubernetes.pathOf({ apiVersion, kind, metadata }, use.namespace);
  if (!propagation || path === undefined) return;
  context.log.info(`${use.id}: deleting ${kind.toLowerCase()}/${name} so that it can be made anew`);
  await kubernetes.remove(path, { propagation });
}
