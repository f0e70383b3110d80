import type { Lease } from "./lease.ts";
import type { Seen } from "./proof.ts";

/** A holder at work renews every 10 s. */
const QUIET_MS = 12_000;
/** So old, by two clocks that may differ a little, is no lease of a holder at work. */
const OLD_MS = 60_000;

/**
 * Watches a lease being renewed. The clocks of two machines may differ, so only the time counts that has passed here
 * since the lease was last seen to change.
 */
export function createWatch(): (lease: Lease) => Seen & { alive: boolean } {
  let last: { state: string; holder: string; at: number } | undefined;
  let alive = false;
  return (lease) => {
    const holder = `${lease.holder?.known?.id ?? ""} ${lease.holder?.identity ?? ""}`;
    const state = `${holder} ${lease.renewed.toISOString()}`;
    if (last?.state !== state) {
      alive = last?.holder === holder;
      last = { state, holder, at: performance.now() };
    }
    const unchangedMs = performance.now() - last.at;
    const quiet = unchangedMs >= QUIET_MS || Date.now() - lease.renewed.getTime() >= OLD_MS;
    return { quiet, expired: unchangedMs >= lease.durationMs, alive };
  };
}
