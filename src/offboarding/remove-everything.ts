import type { ClearmlApi } from "../clearml/api.ts";
import { UserError } from "../core/errors.ts";
import { shortList } from "../core/short-list.ts";
import { leftOnServer, removeFromServer, type ServerRemoval } from "../tenant/offboard.ts";
import { tenantBelongings } from "./belongings.ts";
import { type FoundObject, nameOf } from "./contents.ts";
import type { TenantInCluster } from "./look.ts";
import { waitForNamespaces } from "./namespaces.ts";
import type { RemovedPart } from "./page.ts";
import { serverSteps } from "./plan.ts";
import { leftInCluster } from "./proof.ts";
import {
  type Removal,
  removeNamespaces,
  removeObjects,
  removeRelease,
  removeVolumes,
  repairReleases,
} from "./removal.ts";
import { labelVolume, tenantVolumes } from "./volumes.ts";
import { PACE, saying, stopIfCancelled, waitUntilGone } from "./waiting.ts";

/** A tenant that is being removed. */
export interface RemovalWork extends Removal {
  api: ClearmlApi;
  found: TenantInCluster;
  /** Undefined when its company is not known. */
  server: ServerRemoval | undefined;
  /** Name of the Secret with the tenant's record: it goes last. */
  stateSecret: string;
  /** Of the run, and of its lock. */
  signal: AbortSignal;
  /** Called before each part. */
  begun(): void;
  /** Called with each part as soon as it is gone. */
  removed(part: RemovedPart): void;
}

/**
 * Removes a tenant: releases, policies, quota, then keys, queues and domains on the server, then secrets, namespace and
 * volumes; last it looks whether anything is left. Every step may be done again, and the tenant's record goes last, so
 * that a run which is cut off is finished by the next.
 * @throws UserError with what could not be removed, or is left
 */
export async function removeEverything(work: RemovalWork): Promise<void> {
  await markVolumes(work);
  await removeReleases(work);
  const belongings = await remaining(work);
  const isSecret = ({ kind }: FoundObject) => kind === "Secret";
  await removeBelongings(
    work,
    belongings.filter((each) => !isSecret(each)),
  );
  await removeServerSide(work);
  const isState = (each: FoundObject) => isSecret(each) && each.metadata.name === work.stateSecret;
  await removeBelongings(
    work,
    belongings.filter((each) => isSecret(each) && !isState(each)),
  );
  await removeGoing(work);
  await removeTenantVolumes(work);
  await removeStaying(work, belongings.filter(isState));
  await prove(work);
}

/** Once a claim is gone with its namespace, nothing but a label tells whose its volume was. */
async function markVolumes({ cluster, found, begun }: RemovalWork): Promise<void> {
  const unmarked = found.volumes.filter(({ labelled }) => !labelled);
  if (unmarked.length === 0) return;
  begun();
  await Promise.all(unmarked.map((volume) => labelVolume(cluster.kubernetes, found.place, volume)));
}

/** What is ours beside the releases; in namespaces that stay, claims that releases have left have come to it. */
async function remaining({ cluster, found }: RemovalWork): Promise<readonly FoundObject[]> {
  const { place, served, belongings } = found;
  if (place.namespaces.every(({ stays }) => !stays)) return belongings;
  return (await tenantBelongings(cluster.kubernetes, served, place)).objects;
}

/** Does a part, and tells how long it took. */
async function part(
  { signal, begun, removed }: RemovalWork,
  what: Omit<RemovedPart, "milliseconds">,
  run: () => Promise<void>,
): Promise<void> {
  stopIfCancelled(signal);
  const started = Date.now();
  begun();
  await run();
  removed({ ...what, milliseconds: Date.now() - started });
}

async function removeReleases(work: RemovalWork): Promise<void> {
  for (const each of await repairReleases(work, work.found.releases)) {
    const { use, record } = each;
    const where = `${record.namespace}/${record.release}`;
    const how = `${record.chart} ${record.chartVersion}`;
    await part(work, { what: use.id, where, how }, () => removeRelease(work, each));
  }
}

async function removeBelongings(work: RemovalWork, objects: readonly FoundObject[]): Promise<void> {
  const kinds = [...new Set(objects.map(({ kind }) => kind))];
  for (const kind of kinds) {
    const own = objects.filter((each) => each.kind === kind);
    const where = [...new Set(own.map(({ metadata }) => metadata.namespace ?? ""))].join(", ");
    const how = shortList(own.map(({ metadata }) => metadata.name));
    await part(work, { what: kind, where, how }, () => removeObjects(work, own));
  }
}

async function removeServerSide(work: RemovalWork): Promise<void> {
  const { api, server, cluster } = work;
  const steps = serverSteps(server);
  if (!server || steps.length === 0) return;
  const { context } = cluster;
  const words = steps.map(({ action, what }) => `${action} ${what}`);
  context.log.info(`ClearML server: ${shortList(words)}`);
  const how = shortList(words, 10);
  await part(work, { what: "ClearML server", where: api.url, how }, () =>
    saying(context.log, "ClearML server", removeFromServer(context, api, server)),
  );
}

/** The namespaces that go, with everything that is still in them. */
async function removeGoing(work: RemovalWork): Promise<void> {
  const { cluster, found, signal } = work;
  const { context, kubernetes, timeoutMs } = cluster;
  const names = found.place.namespaces.flatMap(({ name, stays }) => (stays ? [] : [name]));
  if (names.length === 0) return;
  const going = { ...found.place, namespaces: found.place.namespaces.filter(({ stays }) => !stays) };
  const others = found.others.length === 0 ? "" : `, with ${shortList(found.others.map(nameOf))}`;
  await part(
    work,
    { what: "Namespace", where: names.join(", "), how: `everything in it${others}` },
    async () => {
      await removeNamespaces({ ...work, place: going });
      await waitForNamespaces({ log: context.log, signal }, kubernetes, found.served, names, timeoutMs);
    },
  );
}

/** Volumes whose policy is `Delete` go by themselves. */
async function removeTenantVolumes(work: RemovalWork): Promise<void> {
  const { cluster, found, place, signal } = work;
  const { context, kubernetes, timeoutMs } = cluster;
  if (found.volumes.length === 0) return;
  const names = found.volumes.map(({ name }) => name);
  await part(work, { what: "PersistentVolume", where: "", how: shortList(names) }, async () => {
    const left = async () => {
      const volumes = await tenantVolumes(kubernetes, place);
      await removeVolumes(work, volumes);
      return volumes.map(({ name, claim, policy }) => `volume ${name} of claim ${claim}, policy ${policy}`);
    };
    const log = context.log;
    const stuck = await waitUntilGone({ log, signal }, { title: "volumes", left }, timeoutMs);
    if (stuck.length > 0) throw stuckVolumes(stuck, timeoutMs);
  });
}

function stuckVolumes(stuck: readonly string[], timeoutMs: number): UserError {
  const message = `still there after ${Math.round(timeoutMs / 1000)} s: ${shortList(stuck, 10)}`;
  const hint =
    "see that the driver that has made them runs, and what `kubectl describe pv` says; then run this again, it goes on here";
  return new UserError({ message, hint }, { kind: "cluster" });
}

/** In namespaces that stay: the record, and the tenant's labels. */
async function removeStaying(work: RemovalWork, states: readonly FoundObject[]): Promise<void> {
  const { place } = work.found;
  const staying = place.namespaces.filter(({ stays }) => stays);
  const inStaying = states.filter(({ metadata }) => staying.some(({ name }) => name === metadata.namespace));
  await removeBelongings(work, inStaying);
  const namespaces = staying.filter(({ labelled }) => labelled);
  if (namespaces.length === 0) return;
  const where = namespaces.map(({ name }) => name).join(", ");
  await part(work, { what: "labels of namespaces that stay", where, how: "those of the tenant" }, () =>
    removeNamespaces({ ...work, place: { ...place, namespaces } }),
  );
}

/** What was just deleted may take a moment to go: pods end, finalizers run. */
async function prove({ cluster, found, api, server, signal }: RemovalWork): Promise<void> {
  const { context, kubernetes, environment, timeoutMs } = cluster;
  let unread: readonly string[] = [];
  const look = async () => {
    const proof = await leftInCluster(kubernetes, environment, found.served, found.place);
    unread = proof.unread;
    return proof.left;
  };
  const [inCluster, onServer] = await Promise.all([
    waitUntilGone(
      { log: context.log, signal },
      { title: "looking for what is left", left: look },
      timeoutMs,
      { ...PACE, poll: 2 * PACE.poll },
    ),
    server ? leftOnServer(api, server) : [],
  ]);
  const left = [...inCluster, ...onServer];
  if (left.length > 0) {
    throw new UserError(
      left.map((each) => ({
        message: `tenant \`${found.place.name}\` is not gone: ${each} is left`,
        hint: "see who keeps it, or delete it by hand; then run this again, it goes on here",
      })),
      { kind: "cluster" },
    );
  }
  if (unread.length === 0) return;
  throw new UserError(
    {
      message: `tenant \`${found.place.name}\`: nothing of it was found any more, but these could not be looked at: ${shortList(unread, 10)}`,
      hint: "let whoever may list them look for the tenant's label, or give this account that right (`list` in the whole cluster) and run this again",
    },
    { kind: "incomplete" },
  );
}
