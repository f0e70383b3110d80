import semver from "semver";
import { type Closed, closedNamespaces } from "../../facts/closed-namespaces.ts";
import { admitsAddresses } from "../../facts/network-policies.ts";
import { sessionsOf, streamsOf } from "../../facts/node-ports.ts";
import type { LintRelease, Rule } from "../../model.ts";

export const npBlocksStreams: Rule = {
  id: "L115",
  slug: "np-blocks-streams",
  severity: "error",
  about:
    "Sessions or streams come through ports of the nodes, and the policies of their namespace admit no address.",
  why: "What reaches a pod through a NodePort or a load balancer carries the address of a client or of a node, not that of a pod. A policy that names pods and namespaces alone refuses it, and SSH sessions and streams time out. Add a policy with an `ipBlock` for the ports of the sessions. The component `network-isolation` makes it for gateways, not for the port mode of agents.",
  *checkAll(releases) {
    const closed = closedNamespaces(releases);
    for (const release of releases) {
      const there = closed.get(release.namespace ?? "");
      const blocked = there && blockedPath(release, there);
      if (!there || !blocked || there.policies.some(({ ingress }) => ingress.some(admitsAddresses))) continue;
      yield {
        message: `${blocked.what} come through ports of the nodes, which the policies of namespace \`${release.namespace}\` do not admit`,
        hint: "add a NetworkPolicy with an `ipBlock` for these ports",
        // What else is applied by hand may admit them, as there is no other way beside `network-isolation`.
        ...(there.policy ? {} : { severity: "warning" as const }),
        at: release.locate(blocked.path),
        related: [{ at: there.at, message: "closes the namespace" }],
      };
    }
  },
};

function blockedPath(
  release: LintRelease,
  { isolation }: Closed,
): { what: string; path: readonly string[] } | undefined {
  const [sessions] = sessionsOf(release);
  if (sessions) return { what: "sessions", path: sessions.path };
  // The policies of `network-isolation` and of newer gateways open the ports of a gateway.
  if (isolation || isNewGateway(release)) return undefined;
  const [streams] = streamsOf(release);
  return streams ? { what: "streams", path: [streams.block, "portRange", "start"] } : undefined;
}

function isNewGateway({ id, version }: LintRelease): boolean {
  const exact = semver.valid(version ?? "");
  return id === "app-gateway" && exact !== null && semver.gte(exact, "3.0.0");
}
