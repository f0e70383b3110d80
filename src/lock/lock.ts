import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import { pause } from "../core/pause.ts";
import type { Github } from "../github/api.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import { RefusedError } from "../kubernetes/refusals.ts";
import { busy, waitingLine } from "./busy.ts";
import { holdLease } from "./hold.ts";
import { describeHolder, ownHolder } from "./holder.ts";
import {
  foreignAnnotations,
  LEASE_SECONDS,
  LEASES,
  type Lease,
  leaseName,
  leasePath,
  NODES_LEASE,
  type Notes,
  readLease,
  takenLease,
  type Unfinished,
} from "./lease.ts";
import { createJudge, type Verdict } from "./proof.ts";
import { createWatch } from "./watch.ts";

/** Runs before this one that did not end cleanly. */
export interface Predecessor {
  /** The last of them. */
  holder: string;
  /** Start of the first of them. */
  since: Date;
  /** Since when none of them can have been at work any more. */
  until: Date;
  /** How it is known that they are gone, in words. */
  proof: string;
  /** False where that rests on a lease that was not renewed. */
  certain: boolean;
}

/** The right to change an environment, held by this process alone. */
export interface Lock {
  readonly predecessor?: Predecessor;
  /** Aborted, with a UserError as the reason, when somebody else may have the lock: stop at once. */
  readonly lost: AbortSignal;
  /** What the predecessors left behind has been looked through and repaired: nobody after us needs to know of it. */
  settle(): void;
  /**
   * Gives the lock back; never throws. What the predecessors may have left stays noted unless it was settled.
   * @param unfinished this run too leaves work half done, which the next one may repair
   */
  release(options?: { unfinished?: boolean; notes?: Notes | undefined }): Promise<void>;
  /** What earlier holders have noted, and this one may overwrite when it gives the lock back. */
  readonly notes: Notes;
}

/** What is locked: an environment, one tenant in it, or the GPU nodes of the cluster. */
type Subject = { environment: string; tenant?: string } | { nodes: true };

export type LockOptions = Subject & Patience;

interface Patience {
  /** How long to wait for somebody else. One that shows no life is watched for the time of its lease in any case. */
  waitMs: number;
  /** Tells whether the run of the holder goes on; its token needs `actions: read`. */
  github?: Github | undefined;
}

type LockContext = Pick<Context, "env" | "exec" | "log" | "signal">;

const POLL_MS = 1_000;
const LINE_MS = 10_000;
/** More lost races in a row than others can win. */
const MOST_RACES = 20;

/**
 * Takes the lock of an environment, of one tenant in it, or of the GPU nodes: a Lease in the cluster. Somebody who is
 * at work is waited for; somebody who is proved to be gone is replaced.
 * @throws UserError (kind busy) when somebody else holds it; RefusedError when the account may not touch leases
 */
export async function acquireLock(
  context: LockContext,
  kubernetes: Kubernetes,
  options: LockOptions,
): Promise<Lock> {
  const { waitMs } = options;
  const me = await ownHolder(context);
  const { name, what } = lockNames(options);
  const judge = createJudge({ context, me, github: options.github });
  const watch = createWatch();
  const started = performance.now();
  let lineDue = started;
  for (let races = 1; ; ) {
    const found = await allowed(what, kubernetes.get(leasePath(name)));
    const lease = found && readLease(found);
    const seen = lease && watch(lease);
    const verdict = lease?.holder && seen ? await judge(lease, seen) : undefined;
    if (!verdict || verdict.gone) {
      const unfinished = lease && leftBehind(lease, verdict);
      const wanted = takenLease(name, me, new Date(), found, unfinished);
      const taken = await take(kubernetes, wanted, what, races++ < MOST_RACES);
      if (taken) return lockOf({ context, kubernetes, me, what }, taken, unfinished);
      // Somebody else was faster: look who.
      continue;
    }
    races = 1;
    const waited = performance.now() - started;
    const hopeless = seen?.alive || verdict.sure;
    if (lease && waited >= waitMs && hopeless) throw busy(what, lease, verdict);
    if (lease && performance.now() >= lineDue) {
      context.log.info(waitingLine(what, lease, verdict.why, waitMs - waited));
      lineDue += LINE_MS;
    }
    await pause(POLL_MS, context.signal);
    if (context.signal.aborted) throw cancelled(what, lease);
  }
}

/** The Lease that is the lock, and what people call it. */
function lockNames(subject: Subject): { name: string; what: string } {
  if ("nodes" in subject) return { name: NODES_LEASE, what: "the MIG mode of this cluster's nodes" };
  const { environment, tenant } = subject;
  const whole = `environment \`${environment}\``;
  const what = tenant ? `tenant \`${tenant}\` of ${whole}` : whole;
  return { name: leaseName(environment, tenant), what };
}

/** Writes a lease that is free; undefined when somebody else was faster, unless that is an error by now. */
async function take(
  kubernetes: Kubernetes,
  wanted: KubernetesObject,
  what: string,
  again: boolean,
): Promise<KubernetesObject | undefined> {
  const { name, resourceVersion } = wanted.metadata;
  const writing = resourceVersion
    ? kubernetes.replace(leasePath(name), wanted)
    : kubernetes.create(LEASES, wanted);
  try {
    return await allowed(what, writing);
  } catch (thrown) {
    // 404: deleted since it was read.
    const beaten = thrown instanceof RefusedError && (thrown.status === 409 || thrown.status === 404);
    if (beaten && again) return undefined;
    throw thrown;
  }
}

/** What is noted in a free lease, or what a holder leaves that is gone; of several, the doubt of any counts. */
function leftBehind(
  lease: Lease,
  verdict: Extract<Verdict, { gone: true }> | undefined,
): Unfinished | undefined {
  const { unfinished, holder, acquired, renewed, durationMs } = lease;
  if (!verdict || !holder) return unfinished;
  return {
    holder: holder.identity,
    since: unfinished?.since ?? acquired,
    until: new Date(renewed.getTime() + durationMs),
    proof: verdict.proof,
    certain: verdict.certain && (unfinished?.certain ?? true),
  };
}

function lockOf(
  parts: Parameters<typeof holdLease>[0],
  taken: KubernetesObject,
  unfinished: Unfinished | undefined,
): Lock {
  const hold = holdLease(parts, taken);
  let settled = false;
  return {
    ...(unfinished ? { predecessor: unfinished } : {}),
    lost: hold.lost,
    notes: foreignAnnotations(taken),
    settle() {
      settled = true;
    },
    release(options = {}) {
      const carried = settled ? undefined : unfinished;
      const left = options.unfinished ? ownLeavings(parts.me, taken, carried) : carried;
      return hold.release({ unfinished: left, notes: options.notes });
    },
  };
}

/** What this run itself leaves, on top of what it has found. */
function ownLeavings(
  me: Parameters<typeof describeHolder>[0],
  taken: KubernetesObject,
  carried: Unfinished | undefined,
): Unfinished {
  return {
    holder: describeHolder(me),
    since: carried?.since ?? readLease(taken).acquired,
    until: new Date(Date.now() + LEASE_SECONDS * 1000),
    proof: "it gave the lock back before its work was done",
    certain: carried?.certain ?? true,
  };
}

/** A refusal for want of rights, said so that all of them can be given at once. */
async function allowed<T>(what: string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (thrown) {
    if (!(thrown instanceof RefusedError) || thrown.status !== 403) throw thrown;
    const message = `the lock of ${what} cannot be taken: ${thrown.message}`;
    const hint =
      "give the account the verbs get, create and update on leases.coordination.k8s.io in namespace default: `kubectl -n default create role clearml-actions-lock --verb=get,create,update --resource=leases.coordination.k8s.io`, and a RoleBinding to it";
    throw new UserError({ message, hint }, { kind: "cluster", cause: thrown });
  }
}

function cancelled(what: string, lease: Lease | undefined): UserError {
  const holder = lease?.holder?.identity ?? "somebody else";
  const message = `cancelled while waiting for the lock of ${what}, which ${holder} holds`;
  return new UserError({ message, hint: "nothing was changed" }, { kind: "busy" });
}
