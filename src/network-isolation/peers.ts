import { MANAGED_BY, TENANT_LABEL } from "../kubernetes/namespaces.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";

/** Who may connect, and where to, in the words of a NetworkPolicy. */
export type Peer = Readonly<Record<string, unknown>>;
export type Port = Readonly<{ protocol: string; port: number | string; endPort?: number }>;

/**
 * Every address, inside and outside. Some network plug-ins (Cilium) do not count pods into an IP block, so whoever is
 * known to be a pod is named besides.
 */
export const EVERYWHERE: readonly Peer[] = [
  { ipBlock: { cidr: "0.0.0.0/0" } },
  { ipBlock: { cidr: "::/0" } },
];
export const SAME_NAMESPACE: Peer = { podSelector: {} };
export const TENANTS: Peer = {
  namespaceSelector: { matchExpressions: [{ key: TENANT_LABEL, operator: "Exists" }] },
};
/** Every namespace but those of tenants. */
export const SHARED_NAMESPACES: Peer = {
  namespaceSelector: { matchExpressions: [{ key: TENANT_LABEL, operator: "DoesNotExist" }] },
};

export function namespaceNamed(name: string): Peer {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
}

/** One rule: without ports it is about all of them. */
export interface PolicyRule {
  from: readonly Peer[];
  ports?: readonly Port[];
}

/** A policy that limits what comes in. What goes out is never limited here. */
export function ingressPolicy(
  name: string,
  namespace: string,
  podSelector: Peer,
  rule: PolicyRule,
): KubernetesObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: name.slice(0, 253).replace(/[-.]+$/, ""),
      namespace,
      labels: { ...MANAGED_BY },
    },
    spec: { podSelector, policyTypes: ["Ingress"], ingress: [rule] },
  };
}
