import { NODE_PORTS, sessionsOf } from "../../facts/node-ports.ts";
import type { Rule } from "../../model.ts";

export const sessionPortRange: Rule = {
  id: "L84",
  slug: "session-port-range",
  severity: "error",
  about:
    "Session ports lie outside of the node ports of a cluster, and the API server refuses their Services.",
  why: "In port mode the chart makes a Service for each session, with the node ports after `startingPort`, as many as `maxServices`. Kubernetes takes node ports from 30000 to 32767 only, unless the cluster was set up otherwise; one port outside of it fails the installation. Reserve both ends: 31010 with 10 services takes 31010 to 31020.",
  components: ["agent"],
  *check(release) {
    for (const { start, end, path } of sessionsOf(release)) {
      if (start >= NODE_PORTS.start && end <= NODE_PORTS.end) continue;
      yield {
        message: `sessions take the node ports ${start} to ${end}, and a cluster has ${NODE_PORTS.start} to ${NODE_PORTS.end}`,
        hint: "choose `startingPort` and `maxServices` so that both ends lie inside",
        at: release.locate(path),
      };
    }
  },
};
