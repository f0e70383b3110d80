import { UserError } from "../core/errors.ts";
import type { Lease } from "./lease.ts";
import type { Verdict } from "./proof.ts";

type Held = Extract<Verdict, { gone: false }>;

/** The line for those who watch a run wait. */
export function waitingLine(what: string, lease: Lease, why: string, leftMs: number): string {
  const most =
    leftMs > 0 ? `waiting, at most ${duration(leftMs)} more` : "watching whether it still is at work";
  return `${what} is locked by ${held(lease)}; ${why}; ${most}`;
}

/** The error for a lock that somebody else holds. */
export function busy(what: string, lease: Lease, verdict: Held): UserError {
  const run = lease.holder?.known?.run;
  const end = run ? `let ${run} end, or cancel it` : "let it end, or end it";
  const message = `${what} is locked by ${held(lease)}: ${verdict.why}`;
  const hint = `${end}, then run this again; a holder that is gone frees the lock after ${lease.durationMs / 1000} s`;
  return new UserError({ message, hint }, { kind: "busy" });
}

function held({ holder, acquired }: Lease): string {
  const age = Date.now() - acquired.getTime();
  return `${holder?.identity} since ${acquired.toISOString().slice(0, 19)}Z (${duration(age)})`;
}

/** Seconds below two minutes, minutes below two hours, hours above. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
