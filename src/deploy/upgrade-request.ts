import type { UpgradeRequest } from "../helm/arguments.ts";
import { runName } from "../lock/holder.ts";
import type { PlannedRelease } from "./plan-release.ts";
import type { ClusterSession } from "./session.ts";

/**
 * What Helm is asked for. The package that was planned is the one that is applied, and the record says which it was
 * and by whom: Helm keeps a description with each revision and carries it to no later one.
 */
export function upgradeRequest(cluster: ClusterSession, planned: PlannedRelease): UpgradeRequest {
  const { use, chart, current, reference } = planned;
  return {
    release: use.release,
    namespace: use.namespace,
    reference,
    description: `chart ${chart?.digest ?? "as recorded"} by ${runName(cluster.context.env)}`,
    timeoutMs: use.timeoutMs ?? cluster.timeoutMs,
    ...(current ? { current } : {}),
  };
}
