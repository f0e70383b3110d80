import type { Rule, Unchecked } from "../../model.ts";

/** NetworkPolicies. */
export const POLICIES_RULES: readonly Rule[] = [];

/** Traps of this kind that have no rule of their own. */
export const POLICIES_UNCHECKED: readonly Unchecked[] = [];
