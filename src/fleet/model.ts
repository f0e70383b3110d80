/** The waves of a roll-out, in their order: one tenant or a few, up to 5 % of the fleet, up to 25 %, the rest. */
export const WAVES = ["canary", "5", "25", "rest"] as const;

export type WaveName = (typeof WAVES)[number];

/** How a wave is called in texts. */
export const WAVE_LABELS: Readonly<Record<WaveName, string>> = {
  canary: "canary",
  "5": "5 %",
  "25": "25 %",
  rest: "rest",
};

/** Some tenants of one wave that one job of a matrix deploys. */
export interface Shard {
  /** Number within the fleet, from 1. */
  shard: number;
  wave: WaveName;
  /** Names of the tenants, sorted. */
  tenants: readonly string[];
  /** How many of them may fail before the job stops: one more would use up the whole error budget. */
  maxFailures: number;
}

/** How many tenants may fail: a share of those deployed so far, or a number. */
export interface ErrorBudget {
  kind: "percent" | "count";
  value: number;
}

/** A fleet as listed: what a roll-out goes by from its first job to its last. */
export interface Fleet {
  version: 1;
  environment: string;
  budget: ErrorBudget;
  shards: readonly Shard[];
  /** Tenants whose files went away. */
  removed: readonly string[];
}

/** What a job reports about one tenant; the outcome is the word of `deploy-tenant`. */
export interface TenantResult {
  tenant: string;
  outcome: string;
  gatewayUrl?: string | undefined;
  message?: string | undefined;
}

/** A tenant as it stands in the roll-out. */
export interface TenantState {
  tenant: string;
  wave: WaveName;
  shard: number;
  /** `waiting`: its wave has not come yet. `no result`: its job ended without a word about it. */
  state: "ok" | "failed" | "no result" | "waiting";
  outcome: string;
  gatewayUrl?: string | undefined;
  message?: string | undefined;
}
