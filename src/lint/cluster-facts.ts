/** What rules may know of a cluster; read once, with read-only rights. */
export interface ClusterFacts {
  /** As the API server tells it, such as `v1.34.2-eks-1`. */
  kubernetesVersion: string;
  ingressClasses: readonly { name: string; isDefault: boolean }[];
  storageClasses: readonly { name: string; isDefault: boolean }[];
  /** The program known to enforce NetworkPolicies that runs there, such as `calico`; undefined when none was seen. */
  networkPolicyEngine?: string;
  /** Newest revision of each release. */
  releases: readonly { name: string; namespace: string; chart: string; chartVersion: string }[];
  /** Node ports that are taken. */
  nodePorts: readonly { port: number; namespace: string; service: string }[];
}
