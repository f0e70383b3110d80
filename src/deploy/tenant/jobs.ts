import type { ComponentUse, Tenant } from "../../environment/model.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { Journal } from "../apply-release.ts";
import { tenantPolicies } from "../cluster-policies.ts";
import type { PlannedRelease } from "../plan-release.ts";
import { policiesJob } from "../policies-job.ts";
import { type ComponentJob, releaseJob } from "../run-deployment.ts";
import type { ClusterSession } from "../session.ts";

/** The jobs of a tenant: a release each, and its network policies, which read the Services. */
export function tenantJobs(
  cluster: ClusterSession,
  tenant: Tenant,
  uses: readonly ComponentUse[],
  planned: readonly PlannedRelease[],
  journal: Journal,
): ComponentJob[] {
  const manifests = new Map<PlannedRelease, readonly KubernetesObject[]>();
  return uses.flatMap((use): ComponentJob[] => {
    const release = planned.find((each) => each.use === use);
    if (release) {
      const job = releaseJob(cluster, release, journal);
      const remember = async () => {
        const result = await job.run();
        manifests.set(release, result.release?.objects ?? []);
        return result;
      };
      return [{ ...job, run: remember }];
    }
    if (use.id !== "network-isolation") return [];
    return [policiesJob(cluster, use, () => tenantPolicies(cluster, tenant, use, manifests))];
  });
}
