import type { Rule, Unchecked } from "../../model.ts";

/** What only the cluster knows. */
export const CLUSTER_RULES: readonly Rule[] = [];

/** Traps of this kind that have no rule of their own. */
export const CLUSTER_UNCHECKED: readonly Unchecked[] = [];
