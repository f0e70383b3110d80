import { BlockList, isIP } from "node:net";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { LiveObject } from "../../readiness/model.ts";
import type { Container } from "./containers.ts";

/** What the NetworkPolicies of one namespace let in, by the rules of Kubernetes. */

type Labels = Readonly<Record<string, string>>;

export interface Selector {
  matchLabels?: Labels | null;
  matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[] | null;
}

export interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string; except?: readonly string[] };
}

interface PolicyPort {
  protocol?: string;
  port?: number | string;
  endPort?: number;
}

interface PolicySpec {
  podSelector?: Selector;
  policyTypes?: readonly string[];
  ingress?: readonly { from?: readonly Peer[]; ports?: readonly PolicyPort[] }[];
}

/** Who connects; pods whose labels may not be read are taken to be the ones that rules mean. */
export interface Source {
  namespace: string;
  namespaceLabels: Labels;
  pods: readonly SourcePod[] | undefined;
}

export interface SourcePod {
  labels: Labels;
  address?: string;
  /** It has the address of its node, and no selector means it. */
  hostNetwork?: boolean;
}

/** The policies that limit what comes in to a pod. */
export function limiting(policies: readonly KubernetesObject[], pod: LiveObject): KubernetesObject[] {
  return policies.filter((policy) => {
    const { podSelector = {}, policyTypes = ["Ingress"] } = specOf(policy);
    return policyTypes.includes("Ingress") && selects(podSelector, pod.metadata.labels);
  });
}

/** Whether one of these policies lets somebody in to a port of a pod. None of them at all lets everybody in. */
export function admits(
  policies: readonly KubernetesObject[],
  pod: LiveObject,
  port: { protocol: string; port: number },
  isMeant: (peer: Peer) => boolean,
): boolean {
  if (policies.length === 0) return true;
  return policies.some((policy) =>
    (specOf(policy).ingress ?? []).some(
      ({ from = [], ports = [] }) =>
        (from.length === 0 || from.some(isMeant)) &&
        (ports.length === 0 || ports.some((each) => isPort(each, port, pod))),
    ),
  );
}

/** Whether a peer names one of the pods by its labels. Address blocks are another matter: some plug-ins count no pods into them. */
export function namesPods(peer: Peer, source: Source, own: string): boolean {
  if (peer.ipBlock) return false;
  const labels = { "kubernetes.io/metadata.name": source.namespace, ...source.namespaceLabels };
  const isPlace = peer.namespaceSelector ? selects(peer.namespaceSelector, labels) : source.namespace === own;
  const { podSelector = {} } = peer;
  return (
    isPlace && (source.pods?.some((pod) => !pod.hostNetwork && selects(podSelector, pod.labels)) ?? true)
  );
}

/** Whether a peer is an address block with one of the pods in it. */
export function holdsPods({ ipBlock }: Peer, { pods }: Source): boolean {
  if (!ipBlock) return false;
  if (!pods) return isEverywhere(ipBlock.cidr);
  return pods.some(({ address }) => address !== undefined && isInBlock(address, ipBlock));
}

/** Whether a block is all addresses of a family. */
export function isEverywhere(cidr: string): boolean {
  return /\/0$/.test(cidr);
}

function isInBlock(address: string, { cidr, except = [] }: NonNullable<Peer["ipBlock"]>): boolean {
  return isWithin(address, cidr) && !except.some((each) => isWithin(address, each));
}

function isWithin(address: string, cidr: string): boolean {
  const [network = "", bits = ""] = cidr.split("/");
  const family = isIP(network) === 6 ? "ipv6" : "ipv4";
  if (isIP(network) === 0 || isIP(network) !== isIP(address)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, family);
}

/** The address blocks among the peers of policies. */
export function blocksOf(policies: readonly KubernetesObject[]): string[] {
  const peers = policies.flatMap((policy) => (specOf(policy).ingress ?? []).flatMap(({ from = [] }) => from));
  return [...new Set(peers.flatMap(({ ipBlock }) => ipBlock?.cidr ?? []))];
}

function isPort(
  { protocol = "TCP", port, endPort }: PolicyPort,
  wanted: { protocol: string; port: number },
  pod: LiveObject,
): boolean {
  if (protocol !== wanted.protocol) return false;
  if (port === undefined) return true;
  const number = typeof port === "string" ? namedPort(pod, port, protocol) : port;
  return number !== undefined && wanted.port >= number && wanted.port <= (endPort ?? number);
}

/** The number of a port that a container of the pod has given a name. */
export function namedPort(pod: LiveObject, name: string, protocol = "TCP"): number | undefined {
  const { containers = [] } = (pod.spec ?? {}) as { containers?: readonly Container[] };
  const ports = containers.flatMap((each) => each.ports ?? []);
  return ports.find((each) => each.name === name && (each.protocol ?? "TCP") === protocol)?.containerPort;
}

/** Whether a label selector takes something with these labels; an empty one takes all. */
export function selects({ matchLabels, matchExpressions }: Selector, labels: Labels = {}): boolean {
  return (
    Object.entries(matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      const isListed = value !== undefined && values.includes(value);
      return operator === "In" ? isListed : !isListed;
    })
  );
}

function specOf({ spec }: KubernetesObject): PolicySpec {
  return (spec ?? {}) as PolicySpec;
}
