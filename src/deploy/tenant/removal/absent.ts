import { UserError } from "../../../core/errors.ts";
import { github } from "../../../github/api.ts";
import { fullname } from "../../../helm/fullname.ts";
import { clusterId } from "../../../kubernetes/cluster-id.ts";
import { acquireLock, type Lock } from "../../../lock/lock.ts";
import { forgetLease, isLocked } from "../../../offboarding/lease.ts";
import {
  isGoneFromCluster,
  isGoneFromServer,
  lookAtCluster,
  type TenantInCluster,
} from "../../../offboarding/look.ts";
import { type RemovalReport, type RemovedPart, removalPage } from "../../../offboarding/page.ts";
import { removalPlan } from "../../../offboarding/plan.ts";
import { removeEverything } from "../../../offboarding/remove-everything.ts";
import { lookAtServer } from "../../../offboarding/server.ts";
import { keptData } from "../../../offboarding/volumes.ts";
import type { ClusterPlan } from "../../../plan/digest.ts";
import { type PlanFile, readPlanFile } from "../../../plan/file.ts";
import { refuseStalePlan } from "../../../plan/verify.ts";
import { companyDeletionCommands, type ServerRemoval } from "../../../tenant/offboard.ts";
import { nearestName } from "../../../yaml/nearest.ts";
import { controlPlaneAddresses } from "../../addresses.ts";
import { controlPlaneValues } from "../../control-plane.ts";
import { readRecords } from "../../releases.ts";
import type { ClusterSession } from "../../session.ts";
import { type CommentOptions, showPlan } from "../../show-plan.ts";
import type { TenantsOutputs } from "../apply-all.ts";
import { tenantMemory } from "../memory/memory.ts";
import { STATE_SECRET } from "../memory/state.ts";
import { type ControlPlane, connectControlPlane } from "../server.ts";

export interface AbsentOptions extends CommentOptions {
  tenant: string;
  /** The tenant's name once more; not needed for a plan. */
  confirmDelete: string;
  mode: "plan" | "apply";
  /** Path of an approved plan: nothing but that is removed. */
  plan?: string | undefined;
  /** Address of the API server as the runner reaches it; undefined for the public one. */
  apiUrl?: string | undefined;
  lockTimeoutMs: number;
}

type Report = (known: TenantsOutputs) => void;

/** A tenant as it is, in the cluster and on the server. */
interface Found {
  cluster: TenantInCluster;
  server: ServerRemoval | undefined;
  /** What no API call deletes. */
  commands: readonly string[];
}

/**
 * Removes a tenant with everything it has, or says what would go. A tenant that is in no file any more is found by the
 * labels of its namespace; one that is gone already is no failure.
 * @param report called with what is known so far, before anything is thrown
 * @throws UserError without the exact confirmation, before anything is looked at; with what could not be removed
 */
export async function removeTenant(
  cluster: ClusterSession,
  options: AbsentOptions,
  report: Report,
): Promise<void> {
  requireConfirmation(options);
  const approved = options.plan ? await readPlanFile(options.plan) : undefined;
  const values = controlPlaneValues(cluster);
  const addresses = controlPlaneAddresses(cluster.environment, values);
  const url = options.apiUrl ?? addresses.api;
  const controlPlane = await connectControlPlane(cluster, { values, addresses, url });
  const work = { cluster, controlPlane, options, report };
  const found = await look(work);
  if (options.mode === "plan") {
    await showPlan(cluster, { plan: await planOf(work, found), releases: [] }, options, report);
  } else if (await isAllGone(cluster, options.tenant, found)) {
    tellAlreadyGone(work, found);
  } else {
    await removeLocked(work, approved);
  }
}

/**
 * A tenant is removed by whoever gives its name twice.
 * @throws UserError that says what to write
 */
export function requireConfirmation(options: Pick<AbsentOptions, "tenant" | "confirmDelete" | "mode">): void {
  const { tenant, confirmDelete, mode } = options;
  if (confirmDelete === tenant || (mode === "plan" && confirmDelete === "")) return;
  const given = confirmDelete === "" ? "is empty" : `is \`${confirmDelete}\``;
  throw new UserError({
    message: `input \`confirm-delete\` ${given}: tenant \`${tenant}\`, with all its data in the cluster, is not removed; nothing was changed`,
    hint: `if tenant \`${tenant}\` is to go for good, write \`confirm-delete: ${tenant}\`; \`mode: plan\` shows beforehand what would go`,
  });
}

interface Work {
  cluster: ClusterSession;
  controlPlane: ControlPlane;
  options: AbsentOptions;
  report: Report;
}

/** Everything the tenant has. Reads only. */
async function look({ cluster, controlPlane, options, report }: Work): Promise<Found> {
  const { context, environment, kubernetes } = cluster;
  const found = await lookAtCluster(kubernetes, environment, options.tenant);
  const { place, belongings } = found;
  const state = belongings.find(({ kind, metadata }) => kind === "Secret" && metadata.name === STATE_SECRET);
  const namespace =
    state?.metadata.namespace ?? place.file?.namespace ?? place.namespaces[0]?.name ?? options.tenant;
  report({ namespace });
  const owner = { environment: environment.name, tenant: options.tenant, namespace };
  const memory = tenantMemory(kubernetes, context, owner);
  const server = await lookAtServer(context, controlPlane.api, place, { memory, namespace });
  const company = server?.company;
  if (company) report({ companyId: company.id });
  return { cluster: found, server, commands: company ? await commandsFor(cluster, company) : [] };
}

/** How the company itself is deleted: jobs of the control plane do it, no API call. */
async function commandsFor(
  cluster: ClusterSession,
  company: { id: string; name: string },
): Promise<string[]> {
  const use = cluster.environment.components.find(({ id }) => id === "control-plane");
  if (!use) return [];
  const record = (await readRecords(cluster, [use])).get(use);
  const chart = record?.chart ?? use.definition.charts[0]?.name ?? use.release;
  const controlPlane = {
    namespace: use.namespace,
    fullname: fullname(use.release, chart, controlPlaneValues(cluster)),
  };
  return companyDeletionCommands({ companyId: company.id, companyName: company.name, controlPlane });
}

/** A lock that is left may be that of a run which was cut off: then everything is looked at once more. */
async function isAllGone(
  { kubernetes, environment }: ClusterSession,
  tenant: string,
  found: Found,
): Promise<boolean> {
  if (!isGoneFromCluster(found.cluster) || !isGoneFromServer(found.server)) return false;
  return !(await isLocked(kubernetes, environment.name, tenant));
}

async function planOf({ cluster: { kubernetes } }: Work, found: Found): Promise<ClusterPlan> {
  return {
    ...removalPlan(found.cluster, found.server),
    cluster: { server: kubernetes.server, id: await clusterId(kubernetes) },
  };
}

function tellAlreadyGone({ cluster, options, report }: Work, { cluster: found, commands }: Found): void {
  const { context, environment } = cluster;
  const { tenant } = options;
  context.log.info(`tenant ${tenant} is already gone: nothing of it is in the cluster, no key, no queue`);
  const meant = found.place.file
    ? undefined
    : nearestName(
        tenant,
        environment.tenants.map(({ name }) => name),
      );
  if (meant) {
    const message = `there was no tenant \`${tenant}\` to remove`;
    context.annotate("warning", { message, hint: `if \`${meant}\` was meant, give that name` });
  }
  report({ changed: false });
  const page = { outcome: "already gone" as const, milliseconds: 0, parts: [], stays: [], commands };
  context.summary(removalPage({ ...page, ...titleOf(cluster, tenant) }));
}

function titleOf({ environment, kubernetes }: ClusterSession, tenant: string) {
  return { environment: environment.name, tenant, server: kubernetes.server };
}

/** Takes the lock, looks again, and removes what is there. */
async function removeLocked(work: Work, approved: PlanFile | undefined): Promise<void> {
  const { cluster, options } = work;
  const { context, environment, kubernetes } = cluster;
  const lock = await acquireLock(context, kubernetes, {
    environment: environment.name,
    tenant: options.tenant,
    waitMs: options.lockTimeoutMs,
    github: github(context, options.githubToken),
  });
  let gone = false;
  try {
    const found = await look(work);
    if (approved) refuseStalePlan(approved, await planOf(work, found), new Date());
    await remove(work, found, lock);
    lock.settle();
    gone = true;
  } finally {
    await lock.release({ unfinished: context.signal.aborted });
  }
  if (gone) await forgetLease(kubernetes, environment.name, options.tenant);
}

async function remove(
  { cluster, controlPlane, options, report }: Work,
  found: Found,
  lock: Lock,
): Promise<void> {
  const { context } = cluster;
  const { place, volumes } = found.cluster;
  const started = Date.now();
  const parts: RemovedPart[] = [];
  const stays = [
    ...place.namespaces.flatMap((each) => (each.stays ? [`namespace ${each.name}: ${each.stays}`] : [])),
    ...volumes.flatMap((each) => keptData(each) ?? []),
    ...unknownCompany(found),
  ];
  const page = (outcome: RemovalReport["outcome"]) => {
    const report = { outcome, milliseconds: Date.now() - started, parts, stays, commands: found.commands };
    context.summary(removalPage({ ...report, ...titleOf(cluster, options.tenant) }));
  };
  // Said before anything is removed: a run that is cut off later has said it.
  tellByHand(cluster, stays, found.commands);
  report({ changed: false });
  const begun = () => report({ changed: true });
  const removed = (part: RemovedPart) => void parts.push(part);
  const signal = AbortSignal.any([context.signal, lock.lost]);
  const work = { cluster, place, lock, api: controlPlane.api, found: found.cluster, server: found.server };
  try {
    await removeEverything({ ...work, stateSecret: STATE_SECRET, signal, begun, removed });
  } catch (thrown) {
    page("not gone");
    throw thrown;
  }
  page(parts.length > 0 ? "gone" : "already gone");
  context.log.info(`tenant ${options.tenant} is gone: nothing of it was found any more`);
}

/** Without file and record nobody knows which company it was. */
function unknownCompany({ cluster: { place, releases }, server }: Found): string[] {
  if (server || releases.length === 0) return [];
  return [
    `the company of tenant ${place.name} on the ClearML server: its file and its record are gone, so nothing was removed there`,
  ];
}

function tellByHand(
  { context: { log } }: ClusterSession,
  stays: readonly string[],
  commands: readonly string[],
): void {
  for (const each of stays) log.info(`stays: ${each}`);
  if (commands.length === 0) return;
  log.info("what no API call deletes, to be run by hand:");
  for (const each of commands) log.info(`  ${each}`);
}
