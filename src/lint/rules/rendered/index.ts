import type { Rule, Unchecked } from "../../model.ts";

/** What the charts make of the values. */
export const RENDERED_RULES: readonly Rule[] = [];

/** Traps of this kind that have no rule of their own. */
export const RENDERED_UNCHECKED: readonly Unchecked[] = [];
