import { addressOverlaps, nodePortsOf, overlaps } from "../../facts/node-ports.ts";
import { overlapHit } from "../../facts/port-overlap.ts";
import { takenPortHits } from "../../facts/taken-ports.ts";
import type { Rule } from "../../model.ts";

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
    for (const { pair, address } of addressOverlaps(releases))
      yield overlapHit(...pair, ` behind \`${address}\``);
  },
  checkCluster: (releases, cluster) => takenPortHits(releases, cluster, ["stream", "service"]),
};
