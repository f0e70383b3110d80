import { github } from "../github/api.ts";
import { repairPending } from "../helm/pending.ts";
import { acquireLock, type Lock } from "../lock/lock.ts";
import { hasChanges } from "../plan/words.ts";
import type { Application } from "./application.ts";
import { applySeen } from "./apply-seen.ts";
import { approve } from "./approve.ts";
import { secondsNote } from "./durations.ts";
import { type Desired, hasMoved, look, pendingRecords, type Seen } from "./look.ts";
import type { PlannedRelease } from "./plan-release.ts";
import { reportedUnchanged } from "./report/unchanged.ts";

/**
 * Brings the cluster to the desired state: looks, takes the lock, looks again where something has moved meanwhile, lets
 * the plan be approved, repairs what a dead run has left, prepares and applies. A tenant for which nothing is to be
 * done costs no lock.
 */
export async function applyDesired(application: Application): Promise<void> {
  const { cluster, tag, approved, options, tenant } = application;
  const begun = Date.now();
  const first = await look(cluster, await application.desire(), tag);
  if (tenant !== undefined && !approved && !hasChanges(first.plan)) {
    return showIdle(application, first, Date.now() - begun);
  }
  const { context, kubernetes, environment } = cluster;
  const lock = await acquireLock(context, kubernetes, {
    environment: environment.name,
    ...(tenant === undefined ? {} : { tenant }),
    waitMs: options.lockTimeoutMs,
    github: github(context, options.githubToken),
  });
  let notes: ReturnType<typeof secondsNote>;
  try {
    const seen = await unlessMoved(application, first);
    approve(seen.plan, approved, new Date());
    const repaired = await repair(application, seen, lock);
    if (isWhole(application, seen.desired)) lock.settle();
    await applySeen(application, repaired, lock, (components) => {
      notes = secondsNote(lock.notes, components);
    });
  } finally {
    await lock.release({ unfinished: context.signal.aborted, notes });
  }
}

/** What was seen, or what there is now that another run has been at work. */
async function unlessMoved({ cluster, tag, tenant, desire }: Application, seen: Seen): Promise<Seen> {
  // What is to be done for a tenant rests on the server as well: reading is how its changes are noticed.
  const now = tenant === undefined ? seen.desired : await desire();
  const same = JSON.stringify(now.tenant) === JSON.stringify(seen.desired.tenant);
  return same && !(await hasMoved(cluster, seen)) ? seen : look(cluster, now, tag);
}

/** The releases that a dead run has left unfinished, made good. */
async function repair({ cluster, options }: Application, seen: Seen, lock: Lock): Promise<Seen> {
  const { context, kubernetes, timeoutMs } = cluster;
  const repaired = await repairPending(context, kubernetes, pendingRecords(seen.releases), {
    lock,
    explicit: options.repairPending,
    timeoutMs,
  });
  const releases = seen.releases.map((each): PlannedRelease => {
    const record = each.current && repaired.get(each.current);
    return record ? { ...each, current: record } : each;
  });
  const records = [...seen.records].map(([use, record]) => [use, repaired.get(record) ?? record] as const);
  return { ...seen, releases, records: new Map(records) };
}

/** Whether everything the lock protects is part of this run; else a dead run may have left more than was seen. */
function isWhole({ scope }: Application, { uses }: Desired): boolean {
  return scope.every((use) => !use.enabled || uses.includes(use));
}

function showIdle(application: Application, seen: Seen, milliseconds: number): void {
  const { cluster, tenant, report, show } = application;
  report({ changed: false });
  show({
    environment: cluster.environment.name,
    tenant,
    server: cluster.kubernetes.server,
    milliseconds,
    components: reportedUnchanged(seen),
    evidence: [],
    addresses: { ...seen.desired.addresses, ...seen.desired.links },
    nextSteps: [],
  });
}
