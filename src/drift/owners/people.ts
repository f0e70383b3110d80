import { FIELD_MANAGER } from "../../kubernetes/operations.ts";

/**
 * Field managers that stand for a person at a keyboard. `kubectl` has a name for each command, the rest are programs
 * that people edit objects with: Lens calls itself by the library it is made of (`node-fetch`), and what comes through a
 * dashboard bears the name of the browser. Names that tools without people share as well are not here: the clients that
 * programs are written with (`OpenAPI-Generator`, `python-requests`, `Go-http-client`, `axios`) are those of many
 * operators too. Who edits with one of them names it in the input.
 */
const PEOPLE = [
  ...["kubectl*", "oc", "k9s", "k8slens*", "lens", "lens-*", "openlens", "freelens", "node-fetch"],
  ...["headlamp*", "dashboard*", "kubernetes-dashboard*", "rancher", "mozilla", "curl", "wget", "httpie"],
  ...["postmanruntime", "insomnia", "vscode-kubernetes*"],
];

/** Programs that write to other people's objects by their nature. */
const CONTROLLERS = [
  // Kubernetes and what clouds run beside it.
  ...[
    "kube-*",
    "kubelet*",
    "cloud-controller-manager",
    "aws-*",
    "azure-*",
    "gke-*",
    "gce-*",
    "eks-*",
    "aks-*",
  ],
  ...[
    "k3s",
    "rke2",
    "hyperkube",
    "coredns*",
    "csi-*",
    "*-csi-*",
    "snapshot-controller",
    "cluster-autoscaler",
  ],
  ...["karpenter", "metrics-server", "horizontal-pod-autoscaler", "endpoint*-controller"],
  // NVIDIA's operators and what they label nodes with.
  ...["gpu-operator", "nvidia-*", "nfd*", "node-feature-discovery*", "gpu-feature-discovery", "mig-manager"],
  ...["k8s-driver-manager", "clearml-*"],
  // Certificates, policies, scaling, meshes, networks, secrets, backups.
  ...["cert-manager*", "cainjector", "kyverno*", "gatekeeper*", "vpa-*", "keda*", "goldilocks*"],
  ...["pilot-discovery", "istio*", "linkerd*", "nginx-ingress-controller", "nginx-*", "traefik", "haproxy-*"],
  ...["calico-*", "cilium-*", "tigera-operator", "external-secrets", "external-dns", "vault-*", "reloader"],
  ...["reflector", "prometheus-operator", "prometheusoperator", "velero*", "elastic-operator"],
  // What programs made with the usual library are called that do not name themselves.
  ...["manager", "controller", "operator", "webhook"],
];

/** Helm's two spellings, and what deployments write without Helm. */
const DEPLOYERS = new Set(["helm", "Helm", FIELD_MANAGER]);

const isOfPeople = matcher(PEOPLE);
const isOfControllers = matcher(CONTROLLERS);

/**
 * Whether what a field manager writes counts as made by hand.
 * @param extra further managers that stand for people; `*` stands for any letters
 */
export function isPerson(manager: string, extra: readonly string[] = []): boolean {
  return isOfPeople(manager) || (extra.length > 0 && matcher(extra)(manager));
}

/** Whether a field manager is known to write to objects of others without being told by people. */
export function isController(manager: string): boolean {
  return isOfControllers(manager);
}

/** Whether a field manager is the deployment itself: Helm, or this toolkit. */
export function isDeployer(manager: string): boolean {
  return DEPLOYERS.has(manager);
}

/** Upper and lower case are one. */
function matcher(patterns: readonly string[]): (manager: string) => boolean {
  const alternatives = patterns.map((pattern) => pattern.split("*").map(quoted).join(".*"));
  const whole = new RegExp(`^(?:${alternatives.join("|")})$`, "i");
  return (manager) => whole.test(manager);
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
