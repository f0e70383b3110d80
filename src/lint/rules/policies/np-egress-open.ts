import { isMap } from "../../../overrides/merge.ts";
import {
  closesNamespace,
  forPolicies,
  type NetworkPolicy,
  type PolicyRule,
  selectsAll,
} from "../../facts/network-policies.ts";
import type { Hit, Rule } from "../../model.ts";

const EVERYWHERE = "0.0.0.0/0";
/** Where clouds hand credentials of the node to whoever asks. */
const METADATA = "169.254.169.254";

export const npEgressOpen: Rule = {
  id: "L121",
  slug: "np-egress-open",
  severity: "info",
  about: "Policies leave what pods may connect to open, or close it without a way to the name server.",
  why: "A default deny for incoming connections does not stop a tenant's task from calling other services, nor the address at which clouds hand out the node's credentials. If you limit outgoing connections, allow port 53 over UDP and TCP, the hosts of the server, the Kubernetes API for agents, the shared Redis, registries, object storage and package mirrors, and leave 169.254.169.254 out. Without port 53 no name resolves, and nothing works.",
  ...forPolicies(function* (policies, release) {
    for (const ofNamespace of Map.groupBy(policies, ({ namespace }) => namespace).values()) {
      const limited = ofNamespace.filter(({ limits }) => limits.egress);
      // Charts speak for their own pods, not for the namespace.
      if (limited.length === 0 && release.definition.kind === "manifests") yield* openEgress(ofNamespace);
      yield* withoutNames(limited);
      for (const policy of limited) yield* openMetadata(policy);
    }
  }),
};

function* openEgress(policies: readonly NetworkPolicy[]): Generator<Hit> {
  const deny = policies.find(closesNamespace);
  if (!deny) return;
  yield {
    message:
      "only incoming connections are limited: pods may connect to anything, also to the metadata of the cloud",
    hint: `add a policy with \`policyTypes: [Egress]\` that leaves ${METADATA} out`,
    at: deny.locate(["spec", "policyTypes"]),
  };
}

/** Outgoing connections limited, and no rule for the same pods that lets them resolve names. */
function* withoutNames(policies: readonly NetworkPolicy[]): Generator<Hit> {
  const resolving = policies.filter(({ egress }) => egress.some(allowsNames));
  const all = resolving.some(({ podSelector }) => selectsAll(podSelector));
  const selectors = new Set(resolving.map(({ podSelector }) => JSON.stringify(podSelector)));
  for (const { podSelector, locate } of policies) {
    if (all || selectors.has(JSON.stringify(podSelector))) continue;
    yield {
      message: "outgoing connections are limited without a rule for port 53: no name resolves",
      hint: "allow port 53 over UDP and TCP to kube-dns",
      severity: "warning",
      at: locate(["spec", "policyTypes"]),
    };
    return;
  }
}

function allowsNames({ ports }: PolicyRule): boolean {
  return ports.length === 0 || ports.some(holds53);
}

function holds53({ port, endPort }: Readonly<Record<string, unknown>>): boolean {
  if (port === undefined || port === null || typeof port === "string") return true;
  return typeof port === "number" && port <= 53 && (typeof endPort === "number" ? endPort : port) >= 53;
}

function* openMetadata({ egress, locate }: NetworkPolicy): Generator<Hit> {
  for (const { peers } of egress) {
    for (const { peer, path } of peers) {
      const block = isMap(peer.ipBlock) ? peer.ipBlock : {};
      const except = Array.isArray(block.except) ? block.except.map(String) : [];
      if (block.cidr !== EVERYWHERE || except.some((each) => each.startsWith("169.254."))) continue;
      yield {
        message: `\`${EVERYWHERE}\` includes ${METADATA}, where clouds hand out the node's credentials`,
        hint: `add \`except: [${METADATA}/32]\``,
        at: locate([...path, "ipBlock", "cidr"]),
      };
    }
  }
}
