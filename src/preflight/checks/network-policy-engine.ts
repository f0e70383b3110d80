import { apiPath, type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import { type DaemonSet, policyEngine } from "../../lint/evidence/policy-engines.ts";
import type { Check, PreflightFinding } from "../model.ts";

const CHECK = "network-policy-engine";

/** The first image of kindnet that carries policies out; it came with kind v0.24. */
const KINDNET_ENFORCES = "20240813";
/** Of EKS Auto Mode, where the plug-in is no DaemonSet. */
const EKS_SWITCH = "enable-network-policy-controller";

/** Whether anything carries out the network policies: the API server accepts them either way. */
export const networkPolicyEngine: Check = {
  name: CHECK,
  looksAt: "what enforces network policies",
  needs: "list daemonsets.apps in all namespaces",
  async find({ kubernetes, uses }) {
    if (!uses.some(({ id }) => id === "network-isolation")) return [];
    const sets = await kubernetes.list(resourcePath("apps/v1", "DaemonSet"));
    const findings = judgeEngine(sets, kubernetes.version);
    if (findings.length === 0 || !/-eks-/.test(kubernetes.version)) return findings;
    const settings = await kubernetes.get(apiPath("v1", "configmaps", "kube-system", "amazon-vpc-cni"));
    return (settings?.data as Record<string, string> | undefined)?.[EKS_SWITCH] === "true" ? [] : findings;
  },
};

interface ImageHolder {
  template?: { spec?: { containers?: readonly { image?: string }[] } };
}

/** What is to be said of the network plug-in, by the DaemonSets it runs as. */
export function judgeEngine(sets: readonly KubernetesObject[], version: string): PreflightFinding[] {
  const engine = policyEngine(sets as unknown as readonly DaemonSet[], version);
  if (engine === "kindnet") return isOldKindnet(sets) ? [notEnforced("kindnet before kind v0.24")] : [];
  if (engine !== undefined) return [];
  const flannel = sets.some(({ metadata }) => /^kube-flannel(-ds.*)?$/.test(metadata.name));
  return [notEnforced(flannel ? "flannel alone" : undefined)];
}

function isOldKindnet(sets: readonly KubernetesObject[]): boolean {
  const set = sets.find(({ metadata }) => metadata.name === "kindnet");
  const images = ((set?.spec as ImageHolder | undefined)?.template?.spec?.containers ?? []).map(
    ({ image }) => image,
  );
  const [made] = images.flatMap((image) => /:v(\d{8})-/.exec(image ?? "")?.[1] ?? []);
  return made !== undefined && made < KINDNET_ENFORCES;
}

function notEnforced(plugin: string | undefined): PreflightFinding {
  return {
    check: CHECK,
    severity: "warning",
    message: plugin
      ? `${plugin} does not enforce network policies: they will be accepted, and have no effect`
      : "nothing that enforces network policies was seen: they will be accepted, and may have no effect",
    hint: "install a network plug-in that enforces them (Calico, Cilium, Antrea), or switch your provider's on; then try with two pods that a connection is refused",
  };
}
