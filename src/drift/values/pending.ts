import type { ComponentUse } from "../../environment/model.ts";
import { isPending } from "../../helm/pending.ts";
import type { ReleaseRecord } from "../../helm/record.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import { duration } from "../../lock/busy.ts";
import { LEASES, type Lease, leaseName, readLease } from "../../lock/lease.ts";
import { type Found, ownerOf, type Scan } from "../model.ts";
import { nameOf } from "./names.ts";

/** Clocks of runners differ; a lease that is renewed by them counts for so much longer. */
const SKEW_MS = 60_000;

type PendingScan = Pick<Scan, "environment" | "kubernetes" | "now">;
type Release = readonly [ComponentUse, ReleaseRecord];

/**
 * Releases on which an operation was begun and not ended. Where the lock of our own runs is held, one of them is at
 * work: that is no drift, but the release cannot be judged now.
 */
export async function pendingFindings(scan: PendingScan, releases: readonly Release[]): Promise<Found> {
  const pending = releases.filter(([, record]) => isPending(record));
  if (pending.length === 0) return { findings: [], unread: [], notes: [] };
  const leases = await readLeases(scan);
  const parts = pending.map(([use, record]) => {
    const lease = leases.get(leaseName(scan.environment.name, use.tenant));
    return judged(scan, use, record, lease);
  });
  return {
    findings: parts.flatMap((part) => ("class" in part ? [part] : [])),
    unread: parts.flatMap((part) => ("scope" in part ? [part] : [])),
    notes: [],
  };
}

function judged(
  { now }: PendingScan,
  use: ComponentUse,
  record: ReleaseRecord,
  lease: Lease | undefined,
): Found["findings"][number] | Found["unread"][number] {
  const holder = lease?.holder?.identity;
  if (lease && holder !== undefined && lease.renewed.getTime() + lease.durationMs + SKEW_MS > now.getTime())
    return {
      scope: `release ${use.namespace}/${use.release}`,
      reason: `it is being changed right now by ${holder}; run this again when that has ended`,
    };
  const { status, revision, updated } = record;
  const age = duration(now.getTime() - updated.getTime());
  const begun = begunBy(lease, updated);
  return {
    class: "pending",
    ...ownerOf(use),
    path: "status",
    expected: "deployed",
    actual: status,
    since: updated.toISOString(),
    // Of what others have begun nobody but a person can tell that it is over.
    upgradeRepairs: begun.isOurs,
    message: `${nameOf(use)}: revision ${revision} is ${status} for ${age}: ${begun.who}`,
    hint: begun.isOurs
      ? "a deployment repairs it"
      : "see that no Helm is at work on it; a deployment with `repair-pending: true` then repairs it",
  };
}

/** Who has begun an operation, as far as the lock tells, and whether that was a run of ours. */
function begunBy(lease: Lease | undefined, updated: Date): { who: string; isOurs: boolean } {
  const left = lease?.unfinished;
  if (left && updated.getTime() + SKEW_MS >= left.since.getTime())
    return { who: `left behind by ${left.holder} (${left.proof})`, isOurs: true };
  const holder = lease?.holder;
  if (lease && holder && updated.getTime() + SKEW_MS >= lease.acquired.getTime()) {
    const who = `begun by ${holder.identity}, which shows no life since ${lease.renewed.toISOString()}`;
    return { who, isOurs: true };
  }
  return { who: "begun by hand, or by a run that is gone", isOurs: false };
}

/** The locks of all environments and tenants by name; none where they may not be read. */
async function readLeases({ kubernetes }: PendingScan): Promise<ReadonlyMap<string, Lease>> {
  const objects = await kubernetes.list(LEASES).catch((thrown: unknown) => {
    // Without them a release is reported although somebody may be at work on it: never the other way round.
    if (thrown instanceof RefusedError) return [];
    throw thrown;
  });
  return new Map(objects.map((object) => [object.metadata.name, readLease(object)]));
}
