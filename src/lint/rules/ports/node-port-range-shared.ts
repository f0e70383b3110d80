import { valueAt } from "../../../overrides/values.ts";
import { FIRST_RANDOM, NODE_PORTS, nodePortsOf, type PortRange, streamsOf } from "../../facts/node-ports.ts";
import { ownerOf } from "../../facts/owner.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

export const nodePortRangeShared: Rule = {
  id: "X1",
  slug: "node-port-range-shared",
  severity: "info",
  about: "Fixed node ports lie where Kubernetes takes ports at random for the load balancers of others.",
  why: "Each port of a Service of type LoadBalancer, and of a NodePort Service without `nodePort`, takes a node port as well, at random. Since Kubernetes 1.28 it takes them from 30086 up while there are any, so that fixed ports from 30000 to 30085 are left alone; above, an installation fails by chance with `provided port is already allocated`. Put fixed ranges as low as they fit, install what has fixed ports first, or switch `allocateLoadBalancerNodePorts` off where the chart lets you.",
  components: ["agent", "app-gateway", "task-traffic-router"],
  *checkAll(releases) {
    // Files without an environment need not meet in one cluster.
    if (!releases[0]?.environment) return;
    const random = releases.filter(takesRandomPorts);
    const [first] = random;
    const second = random.find(({ tenant }) => tenant !== first?.tenant);
    if (!first) return;
    for (const range of releases.flatMap(nodePortsOf)) {
      const other = first.tenant === range.release.tenant ? second : first;
      if (other && range.end >= FIRST_RANDOM && range.end <= NODE_PORTS.end) yield hitFor(range, other);
    }
  },
};

/** Services that ask for no node port of their own, and get one. */
function takesRandomPorts(release: LintRelease): boolean {
  const typeOf = (path: string[]) => valueAt(release.values, [...path, "service", "type"]);
  const isOpen = streamsOf(release).some(({ type }) => type === "LoadBalancer");
  if (release.id === "app-gateway") return isOpen || (typeOf([]) === "NodePort" && !hasNodePort(release));
  const parts = ["apiserver", "fileserver", "webserver"];
  return (
    isOpen || (release.id === "control-plane" && parts.some((part) => typeOf([part]) === "LoadBalancer"))
  );
}

function hasNodePort({ values }: LintRelease): boolean {
  return typeof valueAt(values, ["service", "nodePort"]) === "number";
}

function hitFor({ release, path, start, end, kind }: PortRange, other: LintRelease): Hit {
  const ports = start === end ? `node port ${start}` : `the node ports ${start} to ${end}`;
  return {
    message: `${kind === "service" ? "a service" : `${kind}s`} of ${ownerOf(release)} fix ${ports}, and load balancers such as those of ${ownerOf(other)} take ports from ${FIRST_RANDOM} up at random`,
    hint: `ports from ${NODE_PORTS.start} to ${FIRST_RANDOM - 1} are safe from it`,
    at: release.locate(path),
  };
}
