import { nodePortsOf, overlaps, type PortRange, type Streams, streamsOf } from "../../facts/node-ports.ts";
import { overlapHit } from "../../facts/port-overlap.ts";
import { takenPortHits } from "../../facts/taken-ports.ts";
import type { LintRelease, Rule } from "../../model.ts";

export const streamPortOverlap: Rule = {
  id: "L87",
  slug: "stream-port-overlap",
  severity: "error",
  about: "Two gateways hand out the same ports of one address, or of the cluster's nodes.",
  why: "A port of an address, or of the nodes, leads to one gateway. Where two gateways have it, the second installation fails on node ports, and behind a shared load balancer one tenant's sessions end at the other's. The same range behind two addresses is fine. Give each gateway a range, or an address, of its own.",
  components: ["app-gateway", "task-traffic-router"],
  *checkAll(releases) {
    // Files without an environment need not meet in one cluster.
    if (!releases[0]?.environment) return;
    const onNodes = releases.flatMap(nodePortsOf).filter(({ kind }) => kind !== "session");
    for (const pair of overlaps(onNodes)) yield overlapHit(...pair, " on the cluster's nodes");
    for (const [address, ranges] of rangesByAddress(releases)) {
      for (const pair of overlaps(ranges)) yield overlapHit(...pair, ` behind \`${address}\``);
    }
  },
  checkCluster: (releases, cluster) => takenPortHits(releases, cluster, ["stream", "service"]),
};

/** The ranges of load balancers by the address users reach them at; node ports are compared as such. */
function rangesByAddress(releases: readonly LintRelease[]): Map<string, PortRange[]> {
  const byAddress = new Map<string, PortRange[]>();
  for (const streams of releases.flatMap(streamsOf)) {
    const { routerAddress, type, start, end } = streams;
    if (routerAddress === undefined || type === "NodePort" || start > end) continue;
    const ranges = byAddress.get(routerAddress) ?? [];
    ranges.push(rangeOf(streams));
    byAddress.set(routerAddress, ranges);
  }
  return byAddress;
}

function rangeOf({ release, block, start, end }: Streams): PortRange {
  return { release, kind: "stream", path: [block, "portRange", "start"], start, end };
}
