import type { Rule, Unchecked } from "../../model.ts";
import { npBlocksGateway } from "./np-blocks-gateway.ts";
import { npBlocksStreams } from "./np-blocks-streams.ts";
import { npEgressOpen } from "./np-egress-open.ts";
import { npIpblockInCluster } from "./np-ipblock-in-cluster.ts";
import { npLabelMismatch } from "./np-label-mismatch.ts";
import { npMissingConsumers } from "./np-missing-consumers.ts";
import { npNamespaceMissing } from "./np-namespace-missing.ts";
import { npSelectorOrAnd } from "./np-selector-or-and.ts";
import { sharedRedisIsolation } from "./shared-redis-isolation.ts";

/** NetworkPolicies. */
export const POLICIES_RULES: readonly Rule[] = [
  npLabelMismatch,
  npBlocksGateway,
  npBlocksStreams,
  npIpblockInCluster,
  npNamespaceMissing,
  npSelectorOrAnd,
  npMissingConsumers,
  npEgressOpen,
  sharedRedisIsolation,
];

/** Traps of this kind that have no rule of their own. */
export const POLICIES_UNCHECKED: readonly Unchecked[] = [];
