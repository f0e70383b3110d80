import { nodePortsOf, overlaps, type PortRange } from "../../facts/node-ports.ts";
import { overlapHit } from "../../facts/port-overlap.ts";
import { takenPortHits } from "../../facts/taken-ports.ts";
import type { Rule } from "../../model.ts";

export const sessionPortOverlap: Rule = {
  id: "L85",
  slug: "session-port-overlap",
  severity: "error",
  about: "The session ports of a tenant are taken by another tenant or service of the cluster.",
  why: "A node port belongs to one Service of the whole cluster, whatever its namespace is. The second installation that asks for it fails with `provided port is already allocated`, half of its Services made. Give every tenant a range of its own, both ends included, away from the server's 30008, 30080 and 30081.",
  components: ["agent"],
  *checkAll(releases) {
    // Files without an environment need not meet in one cluster.
    if (!releases[0]?.environment) return;
    for (const pair of overlaps(releases.flatMap(nodePortsOf))) {
      if (pair.some(isSession)) yield overlapHit(...pair);
    }
  },
  checkCluster: (releases, cluster) => takenPortHits(releases, cluster, ["session"]),
};

function isSession({ kind }: PortRange): boolean {
  return kind === "session";
}
