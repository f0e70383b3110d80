import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import { pause } from "../core/pause.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import { type KubernetesObject, resourcePath } from "../kubernetes/objects.ts";
import { RefusedError } from "../kubernetes/refusals.ts";
import { runName } from "../lock/holder.ts";
import type { Lock } from "../lock/lock.ts";
import { failedSecret } from "./failed-secret.ts";
import { type Decision, decide } from "./pending-rules.ts";
import type { ReleaseRecord } from "./record.ts";
import { recordOf } from "./stored-release.ts";

/** Helm's words for an operation that has begun and not ended. It refuses to upgrade a release in any of them. */
const PENDING = new Set(["pending-install", "pending-upgrade", "pending-rollback", "uninstalling"]);

/** Helm writes a revision when it begins and when it ends; two looks show one that ends right now. */
const LOOK_AGAIN_MS = 2_000;

export interface RepairOptions {
  lock: Pick<Lock, "predecessor">;
  /** Whether the user has asked for it with `repair-pending`. */
  explicit: boolean;
  timeoutMs: number;
}

type RepairContext = Pick<Context, "env" | "log" | "signal">;
type Secrets = Pick<Kubernetes, "get" | "replace">;

/** Whether an operation on a release has begun and not ended: Helm is at work on it, or was killed. */
export function isPending({ status }: Pick<ReleaseRecord, "status">): boolean {
  return PENDING.has(status);
}

/**
 * Marks a pending revision as failed, from which Helm can go on. The Secret is written only as it was read, and never
 * deleted; a revision that is no longer pending is left as it is.
 * @param read version of the Secret the decision rests on; without it any is marked
 * @returns the record as it is then
 * @throws UserError (kind busy) when the Secret is gone or not the one the decision rests on
 */
export async function markFailed(
  kubernetes: Secrets,
  record: ReleaseRecord,
  reason: string,
  read?: string,
): Promise<ReleaseRecord> {
  const path = secretPath(record);
  for (let tried = 1; ; tried++) {
    const secret = await kubernetes.get(path);
    if (!secret) throw goneMeanwhile(record);
    const found = recordOf(secret);
    if (!isPending(found)) return found;
    if (read !== undefined && secret.metadata.resourceVersion !== read) throw atWork(found);
    try {
      return recordOf(await kubernetes.replace(path, failedSecret(secret, reason, new Date())));
    } catch (thrown) {
      const conflict = thrown instanceof RefusedError && thrown.status === 409;
      if (!conflict || tried === 2) throw thrown;
    }
  }
}

/**
 * Marks the pending revisions failed that nobody works on any more. Whoever has had all of an environment's repaired
 * tells the lock so (`settle`).
 * @returns the records as they are then, by those given
 * @throws UserError (kind busy) with every revision somebody may be at work on; then none is touched
 */
export async function repairPending(
  context: RepairContext,
  kubernetes: Secrets,
  pending: readonly ReleaseRecord[],
  options: RepairOptions,
): Promise<ReadonlyMap<ReleaseRecord, ReleaseRecord>> {
  const looks = await Promise.all(pending.map((record) => look(kubernetes, record)));
  const terms = {
    ...options,
    ...(options.lock.predecessor ? { predecessor: options.lock.predecessor } : {}),
  };
  const decided = looks.map((each) => ({ ...each, decision: decide(each, terms, new Date()) }));
  // Whoever has ended meanwhile needs no repair.
  const open = decided.filter(({ record }) => isPending(record));
  const refused = open.flatMap(({ decision }) => ("refuse" in decision ? [decision.refuse] : []));
  if (refused.length > 0) throw new UserError(refused, { kind: "busy" });
  await refuseMoving(context, kubernetes, open);
  const repaired = new Map<ReleaseRecord, ReleaseRecord>();
  for (const { before, record, decision } of decided) {
    const marked = isPending(record) && "repair" in decision;
    repaired.set(before, marked ? await repair(context, kubernetes, record, decision.repair) : record);
  }
  return repaired;
}

interface Look {
  /** As it was given. */
  before: ReleaseRecord;
  /** As it is now. */
  record: ReleaseRecord;
  written: Date;
}

async function look(kubernetes: Secrets, before: ReleaseRecord): Promise<Look> {
  const secret = await kubernetes.get(secretPath(before));
  if (!secret) throw goneMeanwhile(before);
  return { before, record: recordOf(secret), written: lastWritten(secret) };
}

async function repair(
  { env, log }: RepairContext,
  kubernetes: Secrets,
  record: ReleaseRecord,
  why: string,
): Promise<ReleaseRecord> {
  const { namespace, release, revision, resourceVersion } = record;
  const reason = `${why}; marked failed by ${runName(env)}`;
  const found = await markFailed(kubernetes, record, reason, resourceVersion);
  log.info(`release ${namespace}/${release}: revision ${revision} is marked ${found.status} now: ${why}`);
  return found;
}

/** A revision that changes between two looks is being worked on. */
async function refuseMoving(
  { signal }: RepairContext,
  kubernetes: Secrets,
  open: readonly (Look & { decision: Decision })[],
): Promise<void> {
  const doubtful = open.filter(({ decision }) => "repair" in decision && decision.doubtful);
  if (doubtful.length === 0) return;
  await pause(LOOK_AGAIN_MS, signal);
  const again = await Promise.all(doubtful.map(({ record }) => look(kubernetes, record)));
  const moving = again.filter(({ before, record }) => before.resourceVersion !== record.resourceVersion);
  if (moving.length === 0) return;
  const problems = moving.flatMap(({ record }) => atWork(record).problems);
  throw new UserError(problems, { kind: "busy" });
}

/** When anybody last wrote an object, by the clock of the API server: Helm's own is that of some machine. */
function lastWritten({ metadata }: KubernetesObject): Date {
  const { managedFields = [] } = metadata as { managedFields?: { time?: string }[] };
  const times = [metadata.creationTimestamp, ...managedFields.map(({ time }) => time)];
  return new Date(Math.max(...times.map((time) => (time ? Date.parse(time) : 0))));
}

function secretPath({ namespace, secret }: ReleaseRecord): string {
  return resourcePath("v1", "Secret", namespace, secret);
}

function goneMeanwhile({ namespace, release, revision }: ReleaseRecord): UserError {
  const message = `revision ${revision} of release ${namespace}/${release} was deleted while it was looked at`;
  const hint = "somebody else works on this release: run this again when they are done";
  return new UserError({ message, hint }, { kind: "busy" });
}

function atWork({ namespace, release, revision, status }: ReleaseRecord): UserError {
  const message = `release ${namespace}/${release} is being worked on: revision ${revision} (${status}) was written just now`;
  return new UserError({ message, hint: "run this again when that is done" }, { kind: "busy" });
}
