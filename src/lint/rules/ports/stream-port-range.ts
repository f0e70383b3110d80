import { valueAt } from "../../../overrides/values.ts";
import { NODE_PORTS, type Streams, streamsOf } from "../../facts/node-ports.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

/** Load balancers of the large providers take about this many ports. */
const MOST_PORTS = 100;

export const streamPortRange: Rule = {
  id: "L86",
  slug: "stream-port-range",
  severity: "error",
  about: "The range of stream ports ends before it starts, or cannot be served by its kind of Service.",
  why: "A gateway hands out one port of `portRange` for each TCP or UDP session, and makes them ports of one Service. Node ports lie between 30000 and 32767, ports under 1024 need rights the proxy does not have, and load balancers of cloud providers take about a hundred ports. Choose a range that fits the type of the Service, with `start` not above `end`.",
  components: ["app-gateway", "task-traffic-router"],
  *check(release) {
    for (const streams of streamsOf(release)) yield* hitsOf(release, streams);
  },
};

function* hitsOf(release: LintRelease, streams: Streams): Generator<Hit> {
  const { block, start, end, type } = streams;
  const at = (key: string) => release.locate([block, "portRange", key]);
  if (start > end) {
    yield { message: `the range starts at ${start} and ends at ${end}`, hint: "swap them", at: at("start") };
    return;
  }
  if (type === "NodePort") {
    const severity = severityOf(release, block);
    if (severity && (start < NODE_PORTS.start || end > NODE_PORTS.end))
      yield {
        message: `the streams are node ports, and ${start} to ${end} is not within ${NODE_PORTS.start} to ${NODE_PORTS.end}`,
        hint: "choose a range within, or set `service.type` to LoadBalancer",
        severity,
        at: at(start < NODE_PORTS.start ? "start" : "end"),
      };
    return;
  }
  if (start < 1024)
    yield {
      message: `ports under 1024 need rights that the proxy does not have`,
      hint: "start at 1024 or above",
      severity: "warning",
      at: at("start"),
    };
  if (type === "LoadBalancer" && end - start + 1 > MOST_PORTS)
    yield {
      message: `${end - start + 1} ports on one load balancer: many providers take no more than ${MOST_PORTS}`,
      hint: "use a smaller range",
      severity: "warning",
      at: at("end"),
    };
}

/** How certain it is that the ports are node ports, which is what the newer chart makes without being told. */
function severityOf(release: LintRelease, block: string): Hit["severity"] {
  const isTold = valueAt(release.values, [block, "service", "type"]) !== undefined;
  // Another file may set the type that a single file leaves out.
  if (!isTold && !release.environment) return undefined;
  return isTold || release.id === "app-gateway" ? "error" : "warning";
}
