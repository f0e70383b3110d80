import type { Problem } from "../core/errors.ts";
import { duration } from "../lock/busy.ts";
import type { Predecessor } from "../lock/lock.ts";
import type { ReleaseRecord } from "./record.ts";

/** A pending revision, and when anybody last wrote it. */
export interface PendingRevision {
  record: Pick<ReleaseRecord, "release" | "namespace" | "revision" | "status">;
  written: Date;
}

export interface RepairTerms {
  predecessor?: Predecessor;
  /** Whether the user has asked for it with `repair-pending`. */
  explicit: boolean;
  /** How long one operation of Helm may take. */
  timeoutMs: number;
}

/** `doubtful`: somebody may be at work all the same, which only watching the revision can tell. */
export type Decision = { repair: string; doubtful: boolean } | { refuse: Problem };

/** Clocks of the API server and of runners. */
const SKEW_MS = 60_000;

/**
 * Whether a pending revision may be marked failed: because the run that began it is gone for certain, or has shown no
 * life for twice the time an operation may take, or because the user says so after that time.
 */
export function decide(pending: PendingRevision, terms: RepairTerms, now: Date): Decision {
  const { predecessor, explicit, timeoutMs } = terms;
  const { status } = pending.record;
  const age = now.getTime() - pending.written.getTime();
  const begun = predecessor && isWithin(pending.written, predecessor) ? predecessor : undefined;
  const left = begun && `${status} was left behind by ${begun.holder}: ${begun.proof}`;
  if (left && begun.certain) return { repair: left, doubtful: false };
  if (left && age > 2 * timeoutMs) return { repair: left, doubtful: true };
  if (explicit && age > timeoutMs) {
    return { repair: `${status} for ${duration(age)}, and its repair was asked for`, doubtful: true };
  }
  return { refuse: refusal(pending, terms, age, begun) };
}

/** Whether the predecessors can have written it: not before they had the lock, not after their end. */
function isWithin(written: Date, { since, until }: Predecessor): boolean {
  return written.getTime() >= since.getTime() - SKEW_MS && written.getTime() <= until.getTime() + SKEW_MS;
}

function refusal(
  { record, written }: PendingRevision,
  { explicit, timeoutMs }: RepairTerms,
  age: number,
  begun: Predecessor | undefined,
): Problem {
  const { namespace, release, revision, status } = record;
  const who = begun
    ? `${begun.holder} may have begun it, and nothing proves its end (${begun.proof})`
    : "it was begun outside of these runs, and that Helm may be at work";
  const message = `release ${namespace}/${release}: revision ${revision} is ${status} since ${written.toISOString().slice(0, 19)}Z (${duration(age)}); ${who}`;
  const early = timeoutMs - age;
  const asked = "`repair-pending: true`";
  const input = explicit ? "run this again" : `run this again with ${asked}`;
  const byHand =
    early > 0
      ? `if no Helm works on it, ${input} in ${duration(early)}: before one \`timeout\` has passed it is not touched`
      : `if no Helm works on it, ${input}`;
  const byItself = begun ? `, or without ${asked} in ${duration(2 * timeoutMs - age)}` : "";
  return { message, hint: `${byHand}${byItself}` };
}
