import { joinFailures, UserError } from "../core/errors.ts";
import type { ClusterSession } from "../deploy/session.ts";
import { isPending, markFailed, repairPending } from "../helm/pending.ts";
import { readReleases } from "../helm/record.ts";
import { resourcePath } from "../kubernetes/objects.ts";
import type { Lock } from "../lock/lock.ts";
import { labelClaim, releaseClaims } from "./belongings.ts";
import { type FoundObject, nameOf, pathOf } from "./contents.ts";
import type { TenantNamespace, TenantPlace } from "./place.ts";
import { readTenantReleases, type TenantRelease } from "./releases.ts";
import type { TenantVolume } from "./volumes.ts";
import { saying } from "./waiting.ts";

/** What every step of the removal needs. */
export interface Removal {
  cluster: ClusterSession;
  place: TenantPlace;
  lock: Pick<Lock, "predecessor">;
}

/** A release that is being repaired may vanish: the Helm of the run before us has outlived it by a moment. */
const ROUNDS = 3;

/**
 * Marks what a dead run has left half done, so that it can be removed.
 * @returns the releases that are there then
 * @throws UserError (kind busy) when somebody may still be at work on one
 */
export async function repairReleases(
  { cluster, place, lock }: Removal,
  releases: readonly TenantRelease[],
): Promise<readonly TenantRelease[]> {
  const { context, kubernetes, environment, timeoutMs } = cluster;
  let found = releases;
  for (let round = 1; ; round++) {
    const pending = found.flatMap(({ record }) => (isPending(record) ? [record] : []));
    if (pending.length === 0) return found;
    try {
      // The tenant's name was given twice: that is as explicit as `repair-pending`.
      await repairPending(context, kubernetes, pending, { lock, explicit: true, timeoutMs });
      return found;
    } catch (thrown) {
      if (!(thrown instanceof UserError) || round === ROUNDS) throw thrown;
      found = await readTenantReleases(kubernetes, environment, place);
    }
  }
}

/** Uninstalls a release, with its hooks. What Helm leaves half done is marked, so that the next run can go on. */
export async function removeRelease(
  { cluster, place }: Removal,
  { use, record }: TenantRelease,
): Promise<void> {
  const { context, helm, kubernetes } = cluster;
  const { namespace, release, chart, chartVersion } = record;
  const title = `${use.id}: removing ${chart} ${chartVersion}, release ${namespace}/${release}`;
  context.log.info(title);
  const stays = place.namespaces.some((each) => each.name === namespace && each.stays);
  if (stays) {
    const claims = await releaseClaims(kubernetes, { use, record });
    await Promise.all(claims.map((claim) => labelClaim(kubernetes, place, namespace, claim)));
  }
  const timeoutMs = use.timeoutMs ?? cluster.timeoutMs;
  try {
    await saying(context.log, title, helm.uninstall(use, { release, namespace, timeoutMs }));
  } catch (thrown) {
    const left = (await readReleases(kubernetes, namespace, new Set([release]))).get(release);
    if (left && isPending(left)) await markFailed(kubernetes, left, "helm was interrupted");
    throw isHook(thrown) ? withHookHint(thrown, record) : thrown;
  }
}

function isHook(thrown: unknown): thrown is UserError {
  return thrown instanceof UserError && /hook/i.test(thrown.message);
}

function withHookHint(error: UserError, { namespace, release }: TenantRelease["record"]): UserError {
  const problems = error.problems.map(({ hint, ...problem }) => ({
    ...problem,
    hint: `${hint ? `${hint}; ` : ""}if the hook can never succeed, remove the release without it (\`helm -n ${namespace} uninstall ${release} --no-hooks\`), then run this again`,
  }));
  return new UserError(problems, { kind: error.kind, cause: error });
}

/** Deletes objects; those that are on their way already are left alone. */
export async function removeObjects({ cluster }: Removal, objects: readonly FoundObject[]): Promise<void> {
  const { context, kubernetes } = cluster;
  const results = await Promise.allSettled(
    objects
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(async (object) => {
        if (await kubernetes.remove(pathOf(object))) context.log.info(`deleted ${nameOf(object)}`);
      }),
  );
  throwAll(results);
}

/** Deletes the namespaces that go with the tenant, and takes the tenant's labels off those that stay. */
export async function removeNamespaces({ cluster, place }: Removal): Promise<void> {
  throwAll(await Promise.allSettled(place.namespaces.map((each) => removeNamespace(cluster, each))));
}

async function removeNamespace(
  { context, kubernetes }: ClusterSession,
  { name, labelled, deleting, stays }: TenantNamespace,
): Promise<void> {
  if (!stays) {
    if (deleting) return;
    context.log.info(`deleting namespace ${name}`);
    await kubernetes.remove(resourcePath("v1", "Namespace", undefined, name));
    return;
  }
  context.log.info(`namespace ${name} stays: ${stays}`);
  // An apply takes away the labels it does not repeat.
  if (labelled) await kubernetes.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
}

/** Deletes the volumes whose claims are gone and whose policy keeps them. */
export async function removeVolumes({ cluster }: Removal, volumes: readonly TenantVolume[]): Promise<void> {
  const { context, kubernetes } = cluster;
  const results = await Promise.allSettled(
    volumes
      .filter(({ policy, released }) => released && policy !== "Delete")
      .map(async ({ name, claim }) => {
        context.log.info(`deleting volume ${name}, which claim ${claim} has left`);
        await kubernetes.remove(resourcePath("v1", "PersistentVolume", undefined, name));
      }),
  );
  throwAll(results);
}

function throwAll(results: readonly PromiseSettledResult<unknown>[]): void {
  const failure = joinFailures(results.flatMap((each) => (each.status === "rejected" ? [each.reason] : [])));
  if (failure !== undefined) throw failure;
}
