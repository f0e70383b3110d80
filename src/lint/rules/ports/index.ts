import type { Rule, Unchecked } from "../../model.ts";
import { externalurlNodeport } from "./externalurl-nodeport.ts";
import { nodePortRangeShared } from "./node-port-range-shared.ts";
import { nodeportModePartial } from "./nodeport-mode-partial.ts";
import { portModeConflict } from "./port-mode-conflict.ts";
import { routerAddress } from "./router-address.ts";
import { sessionExternalIp } from "./session-external-ip.ts";
import { sessionPortOverlap } from "./session-port-overlap.ts";
import { sessionPortRange } from "./session-port-range.ts";
import { streamPortOverlap } from "./stream-port-overlap.ts";
import { streamPortRange } from "./stream-port-range.ts";

/** Ports of sessions and streams. */
export const PORTS_RULES: readonly Rule[] = [
  sessionPortRange,
  sessionPortOverlap,
  streamPortRange,
  streamPortOverlap,
  sessionExternalIp,
  portModeConflict,
  routerAddress,
  nodeportModePartial,
  externalurlNodeport,
  nodePortRangeShared,
];

/** Traps of this kind that have no rule of their own. */
export const PORTS_UNCHECKED: readonly Unchecked[] = [];
