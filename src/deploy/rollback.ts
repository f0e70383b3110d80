import { componentOrder } from "../catalogue/index.ts";
import { errorMessage } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import { isPending } from "../helm/pending.ts";
import { type ReleaseRecord, readReleases } from "../helm/record.ts";
import type { ClusterSession } from "./session.ts";

/** A release that this run has written. */
export interface TouchedRelease {
  use: ComponentUse;
  /** Its newest revision when the run began; undefined when there was none. */
  before?: ReleaseRecord;
  /** What this run has made of it. */
  after: { revision: number };
  failed: boolean;
}

export interface RolledBack {
  component: string;
  release: string;
  namespace: string;
  outcome: "rolled back" | "removed" | "kept";
  why: string;
}

/** What is done about a release, and why. */
export type Decision =
  | { do: "rollback"; revision: number; why: string }
  | { do: "uninstall"; why: string }
  | { do: "keep"; why: string };
