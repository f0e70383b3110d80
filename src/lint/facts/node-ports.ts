import { isGateway } from "../../catalogue/gateways.ts";
import { isMap } from "../../overrides/merge.ts";
import { valueAt } from "../../overrides/values.ts";
import type { ReleaseValues } from "../model.ts";
import { isInert } from "./inert.ts";

/** Ports that Kubernetes gives to Services of type NodePort unless the cluster is set up otherwise. */
export const NODE_PORTS = { start: 30000, end: 32767 } as const;

/** The first port that Kubernetes hands out by itself; the ones below are left to those who ask for one. */
export const FIRST_RANDOM = 30086;

/** Ports of the nodes that a release asks for by number. */
export interface PortRange {
  release: ReleaseValues;
  kind: "session" | "stream" | "service";
  /** Path of the value that says where it begins. */
  path: readonly string[];
  /** Both ends are taken. */
  start: number;
  end: number;
}

/** The blocks in which gateways have their streams. */
export const STREAM_BLOCKS = ["streamSession", "tcpSession"] as const;

/** Streams of a gateway: ports that its router forwards. */
export interface Streams {
  release: ReleaseValues;
  block: (typeof STREAM_BLOCKS)[number];
  start: number;
  end: number;
  /** Type of their Service; node ports unless it is set. */
  type: string;
  routerAddress?: string;
}

/** The streams of a gateway, where both ends of their range are known. */
export function streamsOf(release: ReleaseValues): Streams[] {
  return STREAM_BLOCKS.flatMap((block): Streams[] => {
    const values = release.values[block];
    if (!isMap(values) || !isGateway(release) || isInert(release, [block, "portRange"])) return [];
    const [start, end] = ["start", "end"].map((key) => valueAt(values, ["portRange", key]));
    if (!isPort(start) || !isPort(end)) return [];
    const typePath = [block, "service", "type"];
    const type = valueAt(release.values, typePath) ?? release.contents?.defaultAt(typePath);
    const address = values.routerAddress;
    return [
      {
        release,
        block,
        start,
        end,
        type: typeof type === "string" && type !== "" ? type : "NodePort",
        ...(typeof address === "string" && /^[^$<\s]+$/.test(address) ? { routerAddress: address } : {}),
      },
    ];
  });
}

/** The ports of an agent's sessions, where port mode is on and they are node ports. */
export function sessionsOf(release: ReleaseValues): PortRange[] {
  const { sessions } = release.values;
  if (release.id !== "agent" || !isMap(sessions) || sessions.portModeEnabled !== true) return [];
  const { startingPort: start, maxServices = 20, svcType = "NodePort" } = sessions;
  if (!isPort(start) || typeof maxServices !== "number" || svcType !== "NodePort") return [];
  // The first Service has the port after it; the guides count it all the same.
  return [{ release, kind: "session", path: ["sessions", "startingPort"], start, end: start + maxServices }];
}

/** Node ports of the server's parts in the public chart, which are there as soon as the type is NodePort. */
const SERVER_PORTS = { apiserver: 30008, fileserver: 30081, webserver: 30080 };

/** Services with a node port of their own: of the server's parts, and of a gateway without Ingress. */
export function servicesOf(release: ReleaseValues): PortRange[] {
  if (release.id === "app-gateway") return serviceOf(release, ["service"], undefined);
  if (release.id !== "control-plane") return [];
  return Object.entries(SERVER_PORTS).flatMap(([part, port]) => serviceOf(release, [part, "service"], port));
}

function serviceOf(release: ReleaseValues, block: string[], usual: number | undefined): PortRange[] {
  const [typePath, portPath] = [
    [...block, "type"],
    [...block, "nodePort"],
  ];
  const set = valueAt(release.values, portPath);
  const type = valueAt(release.values, typePath) ?? release.contents?.defaultAt(typePath);
  const isOpen = type === "NodePort" || (isPort(set) && (type === undefined || type === "LoadBalancer"));
  const port = isPort(set) ? set : usual;
  if (!isOpen || port === undefined || isInert(release, portPath)) return [];
  return [{ release, kind: "service", path: isPort(set) ? portPath : typePath, start: port, end: port }];
}

/** All ports of the nodes that a release asks for by number. */
export function nodePortsOf(release: ReleaseValues): PortRange[] {
  const streams = streamsOf(release)
    .filter(({ type, start, end }) => type === "NodePort" && start <= end)
    .map(
      ({ block, start, end }): PortRange => ({
        release,
        kind: "stream",
        path: [block, "portRange", "start"],
        start,
        end,
      }),
    );
  return [...sessionsOf(release), ...streams, ...servicesOf(release)];
}

/** Each range that overlaps with one that begins before it, with that one. */
export function* overlaps<T extends { start: number; end: number }>(
  ranges: readonly T[],
): Generator<[later: T, earlier: T]> {
  const sorted = [...ranges].sort((a, b) => a.start - b.start);
  let furthest: T | undefined;
  for (const range of sorted) {
    if (furthest && range.start <= furthest.end) yield [range, furthest];
    if (!furthest || range.end > furthest.end) furthest = range;
  }
}

/** Streams of load balancers that share ports of one address at which users reach them. */
export function* addressOverlaps(
  releases: readonly ReleaseValues[],
): Generator<{ pair: [later: PortRange, earlier: PortRange]; address: string }> {
  for (const [address, ranges] of rangesByAddress(releases)) {
    for (const pair of overlaps(ranges)) yield { pair, address };
  }
}

/** The ranges of load balancers by the address users reach them at; node ports are compared as such. */
function rangesByAddress(releases: readonly ReleaseValues[]): Map<string, PortRange[]> {
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

export function isPort(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value <= 65535;
}
