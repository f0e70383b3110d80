import type { Hit } from "../model.ts";
import type { PortRange } from "./node-ports.ts";
import { ownerOf } from "./owner.ts";

const KINDS: Record<PortRange["kind"], string> = {
  session: "sessions",
  stream: "streams",
  service: "service",
};

/** A range of ports that meets another one. */
export function overlapHit(later: PortRange, earlier: PortRange, where = ""): Hit {
  return {
    message: `${nameOf(later)} ${portsOf(later)} overlap with ${nameOf(earlier)} ${portsOf(earlier)}${where}`,
    hint: "give each a range of its own",
    at: later.release.locate(later.path),
    related: [{ at: earlier.release.locate(earlier.path), message: nameOf(earlier) }],
  };
}

function nameOf({ release, kind }: PortRange): string {
  return `${KINDS[kind]} of ${ownerOf(release)}`;
}

function portsOf({ start, end }: PortRange): string {
  return start === end ? `(${start})` : `(${start} to ${end})`;
}
