import type { Location } from "../../core/errors.ts";
import type { Finding, Unread } from "../model.ts";

/** A rule of the ignore file, and what became of it in this run. */
export interface IgnoredUse {
  /** Where it stands. */
  at: Location;
  reason: string;
  /** The last day on which it hides anything: `2027-01-31`. */
  until: string;
  /** How many findings it has hidden. */
  uses: number;
  /** Past its day: it hides nothing any more. */
  expired: boolean;
}

/** A release or tenant that this run has put right, or tried to. */
export interface Repaired {
  component: string;
  tenant?: string;
  outcome: "repaired" | "failed";
  /** What was done, or why it could not be done: one sentence. */
  message: string;
}

/** What a run has found. Texts hold no secret. */
export interface DriftReport {
  environment: string;
  /** Whether everything in scope could be read. */
  complete: boolean;
  scanned: {
    releases: number;
    objects: number;
    /** Requests to the API server of the cluster. */
    calls: number;
  };
  /** What is left after the ignore rules. */
  findings: readonly Finding[];
  ignored: readonly IgnoredUse[];
  partial: readonly Unread[];
  notes: readonly string[];
  /** With `repair: true` only. */
  repaired?: readonly Repaired[];
}
