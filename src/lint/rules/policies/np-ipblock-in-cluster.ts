import { isMap } from "../../../overrides/merge.ts";
import { forPolicies, type NetworkPolicy } from "../../facts/network-policies.ts";
import type { Hit, Rule } from "../../model.ts";

const EVERYWHERE = new Set(["0.0.0.0/0", "::/0"]);

export const npIpblockInCluster: Rule = {
  id: "L116",
  slug: "np-ipblock-in-cluster",
  severity: "warning",
  about: "A policy counts on `0.0.0.0/0` for pods of the cluster too, which some network plug-ins do not.",
  why: "Whether an IP block covers pods and nodes of the cluster is up to the network plug-in. Cilium matches only addresses outside the cluster, so an ingress controller that runs as a pod is refused. Name its namespace with a `namespaceSelector` beside the block.",
  ...forPolicies(function* (policies) {
    const named = new Set(policies.filter(namesNamespace).map(targetOf));
    for (const policy of policies) {
      if (!named.has(targetOf(policy))) yield* blocksOf(policy);
    }
  }),
};

/** Policies for the same pods add up. */
function targetOf({ namespace, podSelector }: NetworkPolicy): string {
  return JSON.stringify([namespace, podSelector]);
}

function namesNamespace({ ingress }: NetworkPolicy): boolean {
  return ingress.some(({ peers }) => peers.length === 0 || peers.some(({ peer }) => peer.namespaceSelector));
}

function* blocksOf({ ingress, locate }: NetworkPolicy): Generator<Hit> {
  for (const { peers } of ingress) {
    const block = peers.find(({ peer }) => isMap(peer.ipBlock) && EVERYWHERE.has(String(peer.ipBlock.cidr)));
    if (!block) continue;
    const { cidr } = block.peer.ipBlock as { cidr: string };
    yield {
      message: `\`${cidr}\` may not cover the ingress controller: some plug-ins match no pod with an IP block`,
      hint: "add a `namespaceSelector` for the controller's namespace beside it",
      at: locate([...block.path, "ipBlock", "cidr"]),
    };
  }
}
