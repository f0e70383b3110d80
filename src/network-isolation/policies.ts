import { TENANT_LABEL } from "../kubernetes/namespaces.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";

type Peer = Record<string, unknown>;

const EVERYWHERE: readonly Peer[] = [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }];
const SAME_NAMESPACE: Peer = { podSelector: {} };
const TENANTS: Peer = {
  namespaceSelector: { matchExpressions: [{ key: TENANT_LABEL, operator: "Exists" }] },
};
const REDIS_PORT = 6379;

/** Where the ingress controller is taken to be when the environment does not say. */
export const DEFAULT_INGRESS_NAMESPACE = "ingress-nginx";

/** Closes a namespace to everything but its own pods. */
export function defaultDeny(namespace: string): KubernetesObject {
  return policy("default-deny-ingress", namespace, {}, [{ from: [SAME_NAMESPACE] }]);
}

/**
 * Policies of the control plane's namespace: closed, except the servers, which anybody may reach. Some network
 * plug-ins (Cilium) do not count pods into an IP block, so the ingress controller and the tenants are named too.
 * @param fullname the chart's name for its objects; its pods carry it as `app.kubernetes.io/name`
 */
export function controlPlanePolicies(
  namespace: string,
  fullname: string,
  ingressNamespace: string,
): KubernetesObject[] {
  const from = [...EVERYWHERE, namespaceNamed(ingressNamespace), TENANTS];
  const pods = { matchLabels: { "app.kubernetes.io/name": fullname } };
  return [defaultDeny(namespace), policy("allow-clearml-ingress", namespace, pods, [{ from }])];
}

/** The billing services take connections from the control plane alone. */
export function billingPolicies(namespace: string, controlPlaneNamespace: string): KubernetesObject[] {
  const from = [SAME_NAMESPACE, namespaceNamed(controlPlaneNamespace)];
  return [policy("allow-clearml-ingress", namespace, {}, [{ from }])];
}

/** The shared Redis takes connections from tenants and the control plane, on its port alone. */
export function redisPolicies(namespace: string, controlPlaneNamespace: string): KubernetesObject[] {
  const ports = [{ protocol: "TCP", port: REDIS_PORT }];
  const from = [TENANTS, namespaceNamed(controlPlaneNamespace)];
  return [defaultDeny(namespace), policy("allow-redis", namespace, {}, [{ from, ports }])];
}

/**
 * Opens a tenant's namespace for its gateway, read off the Services of the gateway's own manifest: what is reached
 * through the ingress controller admits that controller, what has a port of its own (NodePort, LoadBalancer) admits
 * clients from everywhere. Without them the default deny would cut the gateway off.
 */
export function gatewayPolicies(
  namespace: string,
  release: string,
  manifest: readonly KubernetesObject[],
  ingressNamespace: string,
): KubernetesObject[] {
  return manifest
    .filter((object) => object.kind === "Service")
    .flatMap((service) => {
      const spec = service.spec as ServiceSpec;
      if (!spec.selector) return [];
      const internal = (spec.type ?? "ClusterIP") === "ClusterIP";
      const from = internal ? [namespaceNamed(ingressNamespace)] : EVERYWHERE;
      const ports = targetPorts(spec);
      const name = `allow-${release}-${internal ? "ingress" : "streams"}-${service.metadata.name}`.slice(
        0,
        253,
      );
      return [policy(name, namespace, { matchLabels: spec.selector }, [{ from: [...from], ports }])];
    });
}

interface ServiceSpec {
  type?: string;
  selector?: Record<string, string>;
  ports?: { protocol?: string; port: number; targetPort?: number | string }[];
}

/** A policy speaks of the pods' ports, not of the Service's. Neighbouring numbers are joined to a range. */
function targetPorts(spec: ServiceSpec): Peer[] {
  const named: Peer[] = [];
  const numbers = new Map<string, number[]>();
  for (const { protocol = "TCP", port, targetPort = port } of spec.ports ?? []) {
    if (typeof targetPort === "string") named.push({ protocol, port: targetPort });
    else numbers.set(protocol, [...(numbers.get(protocol) ?? []), targetPort]);
  }
  const ranges = [...numbers].flatMap(([protocol, ports]) =>
    joinNumbers(ports).map(([port, endPort]) => ({ protocol, port, ...(endPort > port ? { endPort } : {}) })),
  );
  return [...named, ...ranges];
}

/** Sorted, neighbouring numbers as ranges with both ends. */
export function joinNumbers(numbers: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

function namespaceNamed(name: string): Peer {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
}

function policy(name: string, namespace: string, podSelector: Peer, ingress: Peer[]): KubernetesObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace, labels: { "app.kubernetes.io/managed-by": "clearml-actions" } },
    spec: { podSelector, policyTypes: ["Ingress"], ingress },
  };
}
