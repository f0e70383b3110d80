/**
 * The node's own little network. It lives in a network namespace; one pair of virtual interfaces joins it to this
 * machine, which is its gateway. Chosen to collide with nothing common.
 */
export const GATEWAY = "10.99.0.1";
export const NODE_ADDRESS = "10.99.0.2";
export const LINK_PREFIX = 30;
export const POD_RANGE = "10.99.128.0/24";

/** Everything the processes of a node have to know; handed to them as a JSON file. */
export interface NodeLayout {
  /** Name of the node, of its network namespace and of its cgroup. */
  name: string;
  folder: string;
  /** PATH of its processes. */
  path: string;
  cniFolder: string;
  kubelet: string;
  kubeProxy: string;
  kubeletKubeconfig: string;
  proxyKubeconfig: string;
  authority: string;
  /** Archive of the image that every pod can use. */
  image: string;
}

/** Name of the image on the node; pods need `imagePullPolicy: Never` or `IfNotPresent`. */
export const IMAGE = "docker.io/local/busybox:1";

/** Name of this machine's end of the pair; interface names have at most 15 characters. */
export const HOST_LINK = "clearml-node";
