import type { Rule, Unchecked } from "../../model.ts";

/** Tenants, GPU operators, and data of the environment. */
export const TENANTS_RULES: readonly Rule[] = [];

/** Traps of this kind that have no rule of their own. */
export const TENANTS_UNCHECKED: readonly Unchecked[] = [];
