import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { IMAGE, type NodeLayout, POD_RANGE } from "./layout.ts";

/** Paths of the configuration files of a node's three processes. */
export interface Configuration {
  containerd: string;
  kubelet: string;
  kubeProxy: string;
  /** Socket of containerd. */
  socket: string;
}

/** Writes the configuration of containerd, kubelet, kube-proxy and the pods' network. JSON is YAML. */
export function writeConfiguration(layout: NodeLayout): Configuration {
  const { folder } = layout;
  const paths = {
    containerd: join(folder, "containerd.toml"),
    kubelet: join(folder, "kubelet.yaml"),
    kubeProxy: join(folder, "kube-proxy.yaml"),
    socket: join(folder, "containerd.sock"),
  };
  const cni = join(folder, "cni");
  mkdirSync(cni, { recursive: true });
  writeFileSync(join(cni, "10-pods.conflist"), JSON.stringify(podNetwork(folder)));
  writeFileSync(paths.containerd, containerd(layout, cni, paths.socket));
  writeFileSync(paths.kubelet, JSON.stringify(kubelet(layout, paths.socket)));
  writeFileSync(paths.kubeProxy, JSON.stringify(kubeProxy(layout)));
  return paths;
}

/** `native` copies layers: slower than overlayfs, but works on every filesystem, also below an overlay. */
function containerd({ folder, cniFolder }: NodeLayout, cni: string, socket: string): string {
  const cri = `plugins."io.containerd.grpc.v1.cri"`;
  return `version = 2
root = "${join(folder, "containerd")}"
state = "${join(folder, "containerd-state")}"
[grpc]
address = "${socket}"
[plugins."io.containerd.internal.v1.opt"]
path = "${join(folder, "containerd-opt")}"
[${cri}]
sandbox_image = "${IMAGE}"
restrict_oom_score_adj = true
[${cri}.cni]
bin_dir = "${cniFolder}"
conf_dir = "${cni}"
[${cri}.containerd]
snapshotter = "native"
`;
}

function podNetwork(folder: string): object {
  return {
    cniVersion: "0.4.0",
    name: "pods",
    plugins: [
      {
        type: "bridge",
        bridge: "pods",
        isGateway: true,
        ipMasq: true,
        ipam: {
          type: "host-local",
          subnet: POD_RANGE,
          routes: [{ dst: "0.0.0.0/0" }],
          dataDir: join(folder, "addresses"),
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
}

function kubelet({ name, authority }: NodeLayout, socket: string): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: false },
      x509: { clientCAFile: authority },
    },
    authorization: { mode: "AlwaysAllow" },
    containerRuntimeEndpoint: `unix://${socket}`,
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${name}`,
    failCgroupV1: false,
    failSwapOn: false,
    resolvConf: "",
    readOnlyPort: 0,
    imageGCHighThresholdPercent: 100,
    // The defaults would evict on a developer's full disk.
    evictionHard: { "memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
  };
}

function kubeProxy({ proxyKubeconfig, name }: NodeLayout): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    clientConnection: { kubeconfig: proxyKubeconfig },
    hostnameOverride: name,
    mode: "iptables",
    clusterCIDR: POD_RANGE,
    // Limits of the whole machine are not a test's to change.
    conntrack: { maxPerCore: 0 },
  };
}
