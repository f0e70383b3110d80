import type { Rule, Unchecked } from "../../model.ts";
import { gatewayKeyGeneration } from "./gateway-key-generation.ts";
import { obsoleteGatewayKey } from "./obsolete-gateway-key.ts";
import { streamSessionRename } from "./stream-session-rename.ts";

/** Generations and versions of charts. */
export const CHARTS_RULES: readonly Rule[] = [gatewayKeyGeneration, streamSessionRename, obsoleteGatewayKey];

/** Traps of this kind that have no rule of their own. */
export const CHARTS_UNCHECKED: readonly Unchecked[] = [];
