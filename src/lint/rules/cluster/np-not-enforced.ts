import type { Rule } from "../../model.ts";

export const npNotEnforced: Rule = {
  id: "L119",
  slug: "np-not-enforced",
  severity: "warning",
  about: "Tenants are isolated with NetworkPolicies, and nothing was seen in the cluster that enforces them.",
  why: "A NetworkPolicy is a wish: the API server stores it, and the network plug-in has to carry it out. Plain flannel and the defaults of some providers do not, so every pod still reaches every other. Install a plug-in that enforces policies (Calico, Cilium, Antrea), or switch the feature of your provider on, and try with two pods that the connection is refused.",
  *checkCluster(releases, { networkPolicyEngine }) {
    if (networkPolicyEngine !== null) return;
    const [isolation] = releases.filter(({ id }) => id === "network-isolation");
    if (!isolation) return;
    yield {
      message: "nothing that enforces NetworkPolicies was seen in the cluster: they may have no effect",
      hint: "install a network plug-in that does, or try with two pods that a connection is refused",
      at: isolation.at,
    };
  },
};
