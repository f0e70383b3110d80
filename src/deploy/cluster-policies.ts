import type { ComponentUse } from "../environment/model.ts";
import { chartName, chartReference } from "../helm/chart-reference.ts";
import { fullname } from "../helm/fullname.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import {
  billingPolicies,
  controlPlanePolicies,
  DEFAULT_INGRESS_NAMESPACE,
  redisPolicies,
} from "../network-isolation/policies.ts";
import type { ClusterSession } from "./session.ts";

/** Policies of the shared namespaces, for the components that are part of the environment. */
export function clusterPolicies(session: ClusterSession, use: ComponentUse): KubernetesObject[] {
  const { environment, helm } = session;
  const used = (id: string) => environment.components.find((each) => each.id === id && each.enabled);
  const controlPlane = used("control-plane");
  const billing = used("billing");
  const redis = used("redis");
  const namespace = controlPlane?.namespace ?? "clearml";
  const ofControlPlane = (server: ComponentUse) => {
    const chart = chartName(chartReference(server, environment.edition, helm.aliases));
    return controlPlanePolicies(
      namespace,
      fullname(server.release, chart),
      use.ingressNamespace ?? DEFAULT_INGRESS_NAMESPACE,
    );
  };
  return [
    ...(controlPlane ? ofControlPlane(controlPlane) : []),
    ...(billing ? billingPolicies(billing.namespace, namespace) : []),
    ...(redis ? redisPolicies(redis.namespace, namespace) : []),
  ];
}
