import { judgePolicies, readPolicies } from "../../mig/preflight/cluster-policy.ts";
import { type Finding, type Found, NOTHING } from "../model.ts";
import { unreadFor } from "../unread.ts";
import type { GpuNode } from "./judge.ts";
import type { MigScan } from "./scan.ts";

/**
 * Whether the GPU operator is set as the dynamic MIG operator needs it. Where the environment deploys the GPU operator,
 * its ClusterPolicy is compared as every other object of a release.
 */
export async function scanPolicy(
  { kubernetes, environment }: Pick<MigScan, "kubernetes" | "environment">,
  nodes: readonly GpuNode[],
): Promise<Found> {
  if (environment.components.some(({ id, enabled }) => id === "gpu-operator" && enabled)) return NOTHING;
  try {
    const policies = await readPolicies(kubernetes);
    if (policies.length === 0) return NOTHING;
    const judged = judgePolicies({ policies, nodes, labels: false, environment, found: [] });
    return {
      findings: judged.flatMap((each): Finding[] =>
        each.severity === "error"
          ? [
              {
                class: "mig",
                component: "dynamic-mig-operator",
                upgradeRepairs: false,
                message: each.message,
                ...(each.hint === undefined ? {} : { hint: each.hint }),
              },
            ]
          : [],
      ),
      unread: [],
      notes: judged.flatMap(({ severity, message }) => (severity === "error" ? [] : [message])),
    };
  } catch (thrown) {
    return { ...NOTHING, unread: [unreadFor("settings of the GPU operator (ClusterPolicies)", thrown)] };
  }
}
