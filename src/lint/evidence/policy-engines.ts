/** A DaemonSet as far as it tells what enforces NetworkPolicies. */
export interface DaemonSet {
  metadata: { name: string };
  spec?: { template?: { spec?: { containers?: readonly { name: string; args?: readonly string[] }[] } } };
}

/** Programs that enforce NetworkPolicies, by the DaemonSets they run as. */
const ENGINES: readonly { name: string; daemonSet: RegExp }[] = [
  { name: "calico", daemonSet: /^(calico-node|canal|rke2-canal)$/ },
  // Google's Dataplane V2 and Azure's newer network are Cilium.
  { name: "cilium", daemonSet: /^(cilium|anetd)$/ },
  { name: "antrea", daemonSet: /^antrea-agent$/ },
  { name: "ovn-kubernetes", daemonSet: /^ovnkube-node$/ },
  { name: "openshift-sdn", daemonSet: /^sdn$/ },
  { name: "kube-ovn", daemonSet: /^kube-ovn-cni$/ },
  { name: "kube-router", daemonSet: /^kube-router$/ },
  { name: "weave", daemonSet: /^weave-net$/ },
  { name: "azure-npm", daemonSet: /^azure-npm(-win)?$/ },
  { name: "kindnet", daemonSet: /^kindnet$/ },
  { name: "kube-network-policies", daemonSet: /^kube-network-policies$/ },
];

/**
 * The program that enforces NetworkPolicies; undefined when none was seen.
 * @param version of the API server: k3s has an engine built in, and tells itself by its version
 */
export function policyEngine(sets: readonly DaemonSet[], version: string): string | undefined {
  const names = sets.map(({ metadata }) => metadata.name);
  const seen = ENGINES.find(({ daemonSet }) => names.some((name) => daemonSet.test(name)));
  if (seen) return seen.name;
  if (sets.some(isAwsWithPolicies)) return "aws-vpc-cni";
  return /\+k3s/.test(version) ? "k3s" : undefined;
}

/** The plug-in of AWS brings an agent for policies, which is off unless it is told to be on. */
function isAwsWithPolicies({ metadata, spec }: DaemonSet): boolean {
  const containers = spec?.template?.spec?.containers ?? [];
  return (
    metadata.name === "aws-node" &&
    containers.some(({ args = [] }) => args.includes("--enable-network-policy=true"))
  );
}
