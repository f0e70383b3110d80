import { keyFingerprint } from "../../../clearml/credentials.ts";
import type { TenantWork } from "../../../tenant/apply.ts";
import type { OnboardedTenant } from "../../../tenant/onboard.ts";
import { retireOlderKeys } from "../../../tenant/retire.ts";
import type { ClusterSession } from "../../session.ts";
import { consumerOf } from "./consumers.ts";
import { type RolledRelease, rollOut } from "./rollout.ts";

/**
 * Finishes an exchange of keys once the release that uses them is ready: its pods start anew with the new pair, an
 * exchange that was asked for is proved, the older keys are revoked. Until then they stay valid.
 * @returns whether anything had to be done
 */
export async function afterRelease(
  cluster: ClusterSession,
  work: TenantWork,
  onboarded: OnboardedTenant,
  release: RolledRelease,
): Promise<boolean> {
  const consumer = consumerOf(release.use.id);
  const kept = consumer && onboarded.credentials[consumer];
  if (!kept) return false;
  const older = onboarded.older[consumer] ?? [];
  const unfinished = onboarded.record.keys?.[consumer];
  if (older.length === 0 && !unfinished) return false;
  await rollOut(cluster, release, keyFingerprint(kept.accessKey));
  await retireOlderKeys(work, onboarded.adminUserId, consumer, {
    kept,
    prove: unfinished?.rotating !== undefined,
    timeoutMs: release.use.timeoutMs ?? cluster.timeoutMs,
  });
  return true;
}
