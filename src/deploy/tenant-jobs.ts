import type { ComponentUse, Tenant } from "../environment/model.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import { DEFAULT_INGRESS_NAMESPACE, defaultDeny, gatewayPolicies } from "../network-isolation/policies.ts";
import type { Journal } from "./apply-release.ts";
import type { PlannedRelease } from "./plan-release.ts";
import { policiesJob } from "./policies-job.ts";
import { type ComponentJob, releaseJob } from "./run-deployment.ts";
import type { ClusterSession } from "./session.ts";

const GATEWAYS: readonly string[] = ["app-gateway", "task-traffic-router"];

/** The jobs of a tenant: a release each, and its network policies, which read the gateway's Services. */
export function tenantJobs(
  cluster: ClusterSession,
  tenant: Tenant,
  uses: readonly ComponentUse[],
  planned: readonly PlannedRelease[],
  journal: Journal,
): ComponentJob[] {
  const manifests = new Map<ComponentUse, readonly KubernetesObject[]>();
  return uses.flatMap((use): ComponentJob[] => {
    const release = planned.find((each) => each.use === use);
    if (release) {
      const job = releaseJob(cluster, release, journal);
      const remember = async () => {
        const result = await job.run();
        manifests.set(use, result.release?.objects ?? []);
        return result;
      };
      return [{ ...job, run: remember }];
    }
    if (use.id !== "network-isolation") return [];
    return [policiesJob(cluster, use, () => tenantPolicies(cluster, tenant, use, manifests))];
  });
}

function tenantPolicies(
  cluster: ClusterSession,
  tenant: Tenant,
  use: ComponentUse,
  manifests: ReadonlyMap<ComponentUse, readonly KubernetesObject[]>,
): KubernetesObject[] {
  const shared = cluster.environment.components.find((each) => each.id === "network-isolation");
  const ingress = use.ingressNamespace ?? shared?.ingressNamespace ?? DEFAULT_INGRESS_NAMESPACE;
  const gateways = [...manifests].filter(([each]) => GATEWAYS.includes(each.id));
  return [
    defaultDeny(tenant.namespace),
    ...gateways.flatMap(([gateway, objects]) =>
      gatewayPolicies(tenant.namespace, gateway.release, objects, ingress),
    ),
  ];
}
