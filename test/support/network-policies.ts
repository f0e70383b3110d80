/**
 * What network policies let through, by the rules of Kubernetes, for a cluster whose network enforces none. An IP block
 * is taken to match no pod, as with Cilium: what passes here passes with every plug-in.
 */

type Labels = Readonly<Record<string, string>>;

export interface Policy {
  metadata: { name: string; namespace?: string };
  [field: string]: unknown;
}

interface Spec {
  podSelector?: Selector;
  policyTypes?: string[];
  ingress?: {
    from?: PeerSpec[];
    ports?: { protocol?: string; port?: number | string; endPort?: number }[];
  }[];
}

interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

interface PeerSpec {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string };
}

export interface Target {
  namespace: string;
  labels: Labels;
  port: number;
  protocol?: string;
  /** Names of the pod's ports. */
  ports?: Readonly<Record<string, number>>;
}

/** A pod, or an address outside the cluster. */
export type Source = { namespace: string; namespaceLabels?: Labels; labels?: Labels } | "outside";

/** Whether a connection reaches the target through all the policies of its namespace. */
export function admits(policies: readonly Policy[], source: Source, target: Target): boolean {
  const there = policies.filter(({ metadata, spec }) => {
    const { podSelector = {}, policyTypes = ["Ingress"] } = spec as Spec;
    return (
      metadata.namespace === target.namespace &&
      policyTypes.includes("Ingress") &&
      selects(podSelector, target.labels)
    );
  });
  if (there.length === 0) return true;
  return there.some((policy) =>
    ((policy.spec as Spec).ingress ?? []).some(
      ({ from, ports }) =>
        (from === undefined || from.some((peer) => isPeer(peer, source, target.namespace))) &&
        (ports === undefined || ports.some((port) => isPort(port, target))),
    ),
  );
}

function isPeer(peer: PeerSpec, source: Source, namespace: string): boolean {
  if (source === "outside") return peer.ipBlock?.cidr === "0.0.0.0/0";
  if (peer.ipBlock) return false;
  const labels = { "kubernetes.io/metadata.name": source.namespace, ...source.namespaceLabels };
  const isPlace = peer.namespaceSelector
    ? selects(peer.namespaceSelector, labels)
    : source.namespace === namespace;
  return isPlace && selects(peer.podSelector ?? {}, source.labels ?? {});
}

function isPort(
  { protocol = "TCP", port, endPort }: { protocol?: string; port?: number | string; endPort?: number },
  target: Target,
): boolean {
  if (protocol !== (target.protocol ?? "TCP")) return false;
  if (port === undefined) return true;
  const number = typeof port === "string" ? target.ports?.[port] : port;
  if (number === undefined) return false;
  return target.port >= number && target.port <= (endPort ?? number);
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      const isListed = value !== undefined && values.includes(value);
      return operator === "In" ? isListed : !isListed;
    })
  );
}
