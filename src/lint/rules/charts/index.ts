import type { Rule, Unchecked } from "../../model.ts";
import { agentServerSkew } from "./agent-server-skew.ts";
import { chartName } from "./chart-name.ts";
import { chartVersionUnpinned } from "./chart-version-unpinned.ts";
import { gatewayKeyGeneration } from "./gateway-key-generation.ts";
import { gpuOperatorGeneration } from "./gpu-operator-generation.ts";
import { mongoSwitchCombination } from "./mongo-switch-combination.ts";
import { obsoleteGatewayKey } from "./obsolete-gateway-key.ts";
import { oldImagePin } from "./old-image-pin.ts";
import { pre2023Block } from "./pre-2023-block.ts";
import { pullSecretKey } from "./pull-secret-key.ts";
import { redisGeneration } from "./redis-generation.ts";
import { repoGeneration } from "./repo-generation.ts";
import { servingScheduling } from "./serving-scheduling.ts";
import { sharedOverridesName } from "./shared-overrides-name.ts";
import { streamSessionRename } from "./stream-session-rename.ts";
import { versionGatedKey } from "./version-gated-key.ts";
import { versionSkew } from "./version-skew.ts";

/** Generations and versions of charts. */
export const CHARTS_RULES: readonly Rule[] = [
  sharedOverridesName,
  gatewayKeyGeneration,
  streamSessionRename,
  obsoleteGatewayKey,
  chartName,
  repoGeneration,
  chartVersionUnpinned,
  oldImagePin,
  pullSecretKey,
  pre2023Block,
  mongoSwitchCombination,
  agentServerSkew,
  versionGatedKey,
  servingScheduling,
  redisGeneration,
  gpuOperatorGeneration,
  versionSkew,
];

/** Traps of this kind that have no rule of their own. */
export const CHARTS_UNCHECKED: readonly Unchecked[] = [
  {
    id: "V1",
    slug: "chart-pinned",
    about: "A chart is not pinned to a version, or its package not to a digest.",
    reason:
      "`chart-version-unpinned` (L21) finds the version; the plan of a deployment holds the digest of every chart it read.",
  },
];
