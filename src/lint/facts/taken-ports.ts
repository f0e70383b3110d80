import type { ClusterFacts, TakenPort } from "../evidence/cluster-facts.ts";
import type { Hit, ReleaseValues } from "../model.ts";
import { nodePortsOf, type PortRange } from "./node-ports.ts";

/**
 * Ranges of node ports in which a Service of the cluster has one already. Services of a release's own namespace are
 * taken for its own.
 * @param kinds the ranges to look at
 */
export function* takenPortHits(
  releases: readonly ReleaseValues[],
  { nodePorts }: Pick<ClusterFacts, "nodePorts">,
  kinds: readonly PortRange["kind"][],
): Generator<Hit> {
  if (!nodePorts) return;
  const taken = nodePorts.toSorted((a, b) => a.port - b.port);
  for (const range of releases.flatMap(nodePortsOf)) {
    if (!kinds.includes(range.kind)) continue;
    const first = firstTaken(taken, range);
    if (first) yield takenHit(range, first);
  }
}

/** The first port of a range that somebody else has. */
function firstTaken(taken: readonly TakenPort[], { release, start, end }: PortRange): TakenPort | undefined {
  let [low, high] = [0, taken.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((taken[middle] as TakenPort).port < start) low = middle + 1;
    else high = middle;
  }
  for (let at = low; at < taken.length; at++) {
    const each = taken[at] as TakenPort;
    if (each.port > end) return undefined;
    if (each.namespace !== release.namespace) return each;
  }
  return undefined;
}

function takenHit({ release, path, start, end }: PortRange, { port, namespace, service }: TakenPort): Hit {
  const where = start === end ? `node port ${port}` : `node port ${port} of ${start} to ${end}`;
  return {
    message: `${where} belongs to service \`${service}\` in \`${namespace}\` of the cluster`,
    hint: "use ports that no other Service has",
    at: release.locate(path),
  };
}
