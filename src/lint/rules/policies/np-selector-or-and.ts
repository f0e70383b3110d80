import { forPolicies, type PolicyRule, selectsAll } from "../../facts/network-policies.ts";
import type { Hit, Rule } from "../../model.ts";

export const npSelectorOrAnd: Rule = {
  id: "L118",
  slug: "np-selector-or-and",
  severity: "warning",
  about:
    "A namespace and certain pods stand as two items of a list: either is let in, not only both together.",
  why: "Items of `from` and `to` are alternatives. `- namespaceSelector: …` followed by `- podSelector: …` admits every pod of that namespace, and such pods of the policy's own namespace. To admit only those pods of that namespace, write both keys in one item: take the second dash away.",
  ...forPolicies(function* (policies) {
    for (const { ingress, egress, locate } of policies) {
      for (const rule of [...ingress, ...egress]) {
        const split = splitPeer(rule);
        if (split) yield { ...HIT, at: locate(split) };
      }
    }
  }),
};

const HIT: Omit<Hit, "at"> = {
  message:
    "this item is an alternative to the namespace before it: every pod of that namespace is let in too",
  hint: "to mean these pods of that namespace, take this item's dash away; to mean either, put it first",
};

/** A selection of pods right behind a namespace; in the other order people mean alternatives. */
function splitPeer({ peers }: PolicyRule) {
  const index = peers.findIndex(({ peer }, at) => {
    const before = peers[at - 1]?.peer;
    const isPods = peer.podSelector && !peer.namespaceSelector && !selectsAll(peer.podSelector);
    return isPods && before?.namespaceSelector && !before.podSelector;
  });
  return peers[index]?.path;
}
